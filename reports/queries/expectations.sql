-- Failed claims first: they are what a reader looks for.
SELECT name, claim, got, wanted, from_ns, to_ns, samples, held, empty, file, line
FROM expectation
WHERE run_id = ?1
ORDER BY held, seq;
