-- Busy threads of each service and region, whenever they were found changed; only of places found half busy once.
WITH places AS (
    SELECT service, region FROM busy
    WHERE run_id = ?1
    GROUP BY service, region
    HAVING 2 * max(busy) >= max(threads) OR max(queued) > 0
)
SELECT b.service, b.region, b.at_ns, b.busy, b.queued, b.threads
FROM busy AS b JOIN places AS p ON p.service = b.service AND p.region = b.region
WHERE b.run_id = ?1
ORDER BY b.service, b.region, b.at_ns;
