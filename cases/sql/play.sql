-- name: hold_cases
-- Be the one that does the timed jobs of cases, until the end of the transaction; wait for another.
SELECT pg_advisory_xact_lock(hashtext('cityops cases'))

-- name: count_cases
-- How many cases there are, open or ended.
SELECT count(*) FROM city_case

-- name: open_case_versions
-- The open cases, and when each became what it is.
SELECT case_id, version,
       (SELECT at FROM case_event WHERE case_event.case_id = city_case.case_id ORDER BY seq DESC LIMIT 1) AS at
FROM city_case WHERE ended_at IS NULL

-- name: spots
-- Places in the city: where its sensors stand.
SELECT area_code, lon, lat, name FROM sensor WHERE lon <> 0 ORDER BY sensor_id
