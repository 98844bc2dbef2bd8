-- Writes that conflict resolution discarded, in buckets of ?2 ns by when they were acknowledged; of
-- every region that accepted writes of such a class, one row at least.
SELECT f.data, f.region, coalesce(l.acked_ns / ?2, 0) AS bucket,
       coalesce(sum(l.code = 'L3'), 0), coalesce(sum(l.code = 'L4'), 0)
FROM fate AS f
LEFT JOIN loss AS l
    ON l.run_id = f.run_id AND l.data = f.data AND l.region = f.region AND l.code IN ('L3', 'L4')
WHERE f.run_id = ?1 AND f.ok > 0
  AND f.data IN (SELECT data FROM fate WHERE run_id = ?1 AND l3 + l4 > 0)
GROUP BY f.data, f.region, bucket
ORDER BY f.data, f.region, bucket;
