-- Where every write ended, per data class.
SELECT data, sum(issued) AS issued, sum(ok) AS ok, sum(survived) AS survived, sum(l1) AS l1,
       sum(l2) AS l2, sum(l3) AS l3, sum(l4) AS l4, sum(l6) AS l6, sum(duplicates) AS duplicates,
       sum(duplicate_effects) AS duplicate_effects, sum(ghosts) AS ghosts,
       sum(unavailable_ns) AS unavailable_ns, sum(diverged) AS diverged
FROM fate
WHERE run_id = ?1
GROUP BY data
ORDER BY data;
