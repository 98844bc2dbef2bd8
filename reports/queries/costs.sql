SELECT item, place, amount, unit FROM cost WHERE run_id = ?1 ORDER BY seq;
