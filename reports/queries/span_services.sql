-- The services that the timeline tells of.
SELECT DISTINCT service FROM span WHERE run_id = ?1 ORDER BY service;
