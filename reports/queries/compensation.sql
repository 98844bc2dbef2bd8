-- The first ?2 in stored order, which is gravest first.
SELECT users, user, harm, what, at_ns, recoverable
FROM compensation
WHERE run_id = ?1
ORDER BY seq
LIMIT ?2;
