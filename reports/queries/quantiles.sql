-- Quantiles per service and access region: the smallest bucket below which that share lies.
WITH cumulative AS (
    SELECT service, access, top_ns,
           sum(count) OVER (PARTITION BY service, access ORDER BY top_ns) AS below,
           sum(count) OVER (PARTITION BY service, access) AS total
    FROM latency
    WHERE run_id = ?1
)
SELECT service, access, max(total) AS served,
       min(top_ns) FILTER (WHERE below * 2 >= total) AS p50_ns,
       min(top_ns) FILTER (WHERE below * 10 >= total * 9) AS p90_ns,
       min(top_ns) FILTER (WHERE below * 100 >= total * 99) AS p99_ns,
       min(top_ns) FILTER (WHERE below * 1000 >= total * 999) AS p999_ns,
       max(top_ns) AS max_ns
FROM cumulative
GROUP BY service, access
ORDER BY service, access;
