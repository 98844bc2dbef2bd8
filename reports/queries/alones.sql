-- When each source waited for copies in vain, and then went on without them.
SELECT data, region, waited_ns, from_ns, to_ns FROM alone WHERE run_id = ?1 ORDER BY seq;
