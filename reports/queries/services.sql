-- Requests per period, service and access region.
SELECT period_seq, period, service, access, issued - open AS decided, served, failed, stale, remote,
       regenerated
FROM v_availability
WHERE run_id = ?1
ORDER BY service, access, period_seq;
