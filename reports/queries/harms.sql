SELECT users, harm, user_count, events
FROM v_users
WHERE run_id = ?1 AND user_count > 0
ORDER BY user_count DESC, users, harm;
