-- The worst age in [?2, ?3); NULL if nothing was measured.
SELECT max(age_ns) FROM lag WHERE run_id = ?1 AND at_ns >= ?2 AND at_ns < ?3;
