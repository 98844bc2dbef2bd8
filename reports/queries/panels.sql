-- How many panels the availability picture needs, and the length of a window.
SELECT count(DISTINCT service || char(31) || access), max(to_ns - from_ns)
FROM window
WHERE run_id = ?1;
