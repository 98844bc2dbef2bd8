-- Cumulative latency per service, all access regions together.
SELECT service, top_ns,
       sum(bucket_count) OVER (PARTITION BY service ORDER BY top_ns) AS below,
       sum(bucket_count) OVER (PARTITION BY service) AS total
FROM (SELECT service, top_ns, sum(count) AS bucket_count
      FROM latency
      WHERE run_id = ?1
      GROUP BY service, top_ns)
ORDER BY service, top_ns;
