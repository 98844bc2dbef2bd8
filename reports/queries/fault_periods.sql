-- The name of each fault (without the time, which follows), and the time from its begin to its end or to the next fault.
SELECT CASE WHEN instr(f.name, f.kind || ' ' || f.target || ' at ') = 1 THEN f.kind || ' ' || f.target
            ELSE f.name END AS name,
       f.start_ns,
       min(f.end_ns, coalesce((SELECT min(n.start_ns) FROM fault AS n
                               WHERE n.run_id = ?1 AND n.start_ns > f.start_ns), f.end_ns)) AS stop_ns
FROM fault AS f
WHERE f.run_id = ?1
ORDER BY f.seq;
