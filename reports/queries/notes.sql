SELECT kind, leaves_out FROM model_note WHERE run_id = ?1 ORDER BY seq;
