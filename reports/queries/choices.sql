SELECT name, chosen, options FROM choice WHERE run_id = ?1 ORDER BY seq;
