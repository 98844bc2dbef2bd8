SELECT name, preset FROM plan_item WHERE run_id = ?1 AND parent IS NOT NULL AND preset IS NOT NULL ORDER BY seq;
