-- Why requests failed, per service.
SELECT service, sum(failed_timeout), sum(failed_unreachable), sum(failed_overload), sum(failed_owner),
       sum(failed_not_found), sum(failed_fenced), sum(failed_conflict)
FROM window
WHERE run_id = ?1
GROUP BY service
ORDER BY service;
