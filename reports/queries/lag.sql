-- Largest age of the oldest waiting change per channel and direction in buckets of ?2 ns.
SELECT data, channel, from_region, to_region, at_ns / ?2 AS bucket, max(age_ns) AS age_ns
FROM lag
WHERE run_id = ?1
GROUP BY data, channel, from_region, to_region, bucket
ORDER BY data, channel, from_region, to_region, bucket;
