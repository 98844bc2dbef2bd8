-- Reads by data class and what was wrong with them; the largest age seen.
SELECT data, step, code, sum(count) AS reads, max(age_top_ns) AS worst_ns, sum(versions) AS versions
FROM staleness
WHERE run_id = ?1
GROUP BY data, step, code
ORDER BY data, step, code;
