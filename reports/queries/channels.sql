-- How many channels carry each data class.
SELECT i.name, count(p.seq)
FROM plan_item AS i
LEFT JOIN plan_item AS p ON p.run_id = i.run_id AND p.parent = i.seq AND p.plan_group = 'channel'
WHERE i.run_id = ?1 AND i.kind = 'data'
GROUP BY i.seq
ORDER BY i.seq;
