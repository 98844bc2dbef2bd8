-- Every run of the file with its figures.
SELECT t.run_id, t.scenario, t.choices, t.seed, t.plan_hash, r.verdict, r.end_ns, t.issued, t.failed,
       t.users, t.users_hit, t.acked, t.destroyed + t.stranded + t.expired AS lost, t.overwritten,
       t.duplicates, t.cross_region_bytes, t.destroyed, t.stranded, t.expired,
       r.results_fingerprint
FROM v_tradeoff AS t
JOIN run AS r ON r.run_id = t.run_id
ORDER BY t.run_id;
