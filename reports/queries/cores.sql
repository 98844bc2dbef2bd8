-- How many services are core: whose failed requests count their users as hit.
SELECT count(*)
FROM plan_item AS i
JOIN plan_field AS f ON f.run_id = i.run_id AND f.item = i.seq
WHERE i.run_id = ?1 AND i.kind = 'service' AND f.field = 'core' AND f.number = 1;
