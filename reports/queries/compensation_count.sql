SELECT count(*) FROM compensation WHERE run_id = ?1;
