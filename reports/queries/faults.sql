SELECT seq, name, kind, target, start_ns, end_ns, dropped, bounced, replies, delayed, refused, held, vacuous
FROM fault
WHERE run_id = ?1
ORDER BY seq;
