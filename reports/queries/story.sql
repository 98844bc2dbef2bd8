-- What each service answered from one line of the timeline to the next.
SELECT from_ns, to_ns, service, decided, served
FROM span
WHERE run_id = ?1
ORDER BY seq;
