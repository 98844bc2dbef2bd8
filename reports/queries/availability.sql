-- Decided and failed requests per service and access region in buckets of ?2 ns; with ?3 all access
-- regions together.
SELECT service,
       CASE WHEN ?3 THEN 'all regions' ELSE access END AS panel,
       from_ns / ?2 AS bucket,
       sum(issued - open) AS decided,
       sum(failed_timeout + failed_unreachable + failed_overload + failed_owner + failed_not_found
           + failed_fenced + failed_conflict) AS failed
FROM window
WHERE run_id = ?1
GROUP BY service, panel, bucket
ORDER BY service, panel, bucket;
