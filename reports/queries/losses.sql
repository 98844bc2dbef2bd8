-- Harmed writes by what happened to them.
SELECT l.data, l.code, l.meaning, c.explained, l.mechanism, l.fault, l.recoverable, l.writes, l.users,
       l.first_ns, l.last_ns
FROM v_loss AS l
JOIN loss_code AS c ON c.code = l.code
WHERE l.run_id = ?1
ORDER BY l.data, l.code, l.writes DESC, l.mechanism, l.fault;
