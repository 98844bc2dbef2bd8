-- The worst of each channel: age, when, direction, backlog.
SELECT data, channel, age_ns, at_ns, from_region, to_region, backlog, backlog_bytes
FROM (SELECT *, row_number() OVER (PARTITION BY data, channel ORDER BY age_ns DESC, seq) AS place
      FROM lag
      WHERE run_id = ?1)
WHERE place = 1
ORDER BY data, channel;
