SELECT plan_text FROM run WHERE run_id = ?1;
