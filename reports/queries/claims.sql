-- What the scenario expected, and whether it held.
SELECT name, claim, wanted, value, held, empty, from_ns, to_ns FROM expectation WHERE run_id = ?1 ORDER BY seq;
