-- Users per class of harm, gravest first; a nuisance comes last.
SELECT harm, sum(user_count) AS user_count, sum(events) AS events, harm = 'forced login' AS nuisance
FROM v_users
WHERE run_id = ?1 AND user_count > 0
GROUP BY harm
ORDER BY CASE harm WHEN 'lost write' THEN 0 WHEN 'overwritten' THEN 1 WHEN 'duplicate account' THEN 2
                   WHEN 'rejected registration' THEN 3 WHEN 'failed core request' THEN 5
                   WHEN 'forced login' THEN 6 ELSE 4 END, harm;
