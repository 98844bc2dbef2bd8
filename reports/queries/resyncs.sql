-- Full copies, and how each ended.
SELECT data, channel, from_region, to_region, began_ns, loading_ns, ended_ns, result
FROM resync
WHERE run_id = ?1 AND kind = 'full'
ORDER BY seq;
