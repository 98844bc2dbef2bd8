-- Data classes and how the regions keep them in step.
SELECT i.name,
       coalesce((SELECT group_concat(p.kind || coalesce(' "' || p.preset || '"', ''), ', ')
                 FROM plan_item AS p
                 WHERE p.run_id = i.run_id AND p.parent = i.seq AND p.plan_group = 'channel'), '') AS channels,
       coalesce((SELECT f.text FROM plan_field AS f
                 WHERE f.run_id = i.run_id AND f.item = i.seq AND f.field = 'conflict'), '') AS conflict,
       coalesce((SELECT f.number FROM plan_field AS f
                 WHERE f.run_id = i.run_id AND f.item = i.seq AND f.field = 'losable'), 0) AS losable,
       coalesce((SELECT f.number FROM plan_field AS f
                 WHERE f.run_id = i.run_id AND f.item = i.seq AND f.field = 'recoverable'), 1) AS recoverable
FROM plan_item AS i
WHERE i.run_id = ?1 AND i.kind = 'data'
ORDER BY i.seq;
