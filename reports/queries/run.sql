-- What names and repeats a run.
SELECT scenario, about, file, plan_hash, seed, engine_version, schedule_fingerprint,
       chance_fingerprint, results_fingerprint, verdict, limit_reached, events, end_ns, users,
       users_hit, losses_left_out, compensations_left_out
FROM run
WHERE run_id = ?1;
