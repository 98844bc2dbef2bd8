-- Busy threads of each service and region, whenever they were found changed; only of places that were half busy once.
WITH places AS (
    SELECT b.service, b.region
    FROM busy AS b
    JOIN cost AS c ON c.run_id = b.run_id AND c.item = 'peak threads' AND c.place = b.service || ' in ' || b.region
    WHERE b.run_id = ?1
    GROUP BY b.service, b.region
    HAVING 2 * max(c.amount) >= max(b.threads)
)
SELECT b.service, b.region, b.at_ns, b.busy, b.queued, b.threads
FROM busy AS b JOIN places AS p ON p.service = b.service AND p.region = b.region
WHERE b.run_id = ?1
ORDER BY b.service, b.region, b.at_ns;
