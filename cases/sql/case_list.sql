-- part: fits
-- What the filter of a list asks of a case, wherever cases are listed or counted.
-- Whoever leads a case is among its departments (cases.life.rehearsal.departments_of).
(%(state)s = '' OR state = %(state)s)
AND (%(department)s = '' OR departments @> ARRAY[%(department)s])
AND (%(category)s = '' OR starts_with(category, %(category)s))
AND (%(area)s = '' OR starts_with(area_code, %(area)s))
AND (%(within)s = '' OR starts_with(area_code, %(within)s))
AND (%(severity)s = 0 OR severity = %(severity)s)
AND (NOT %(overdue)s OR overdue_at IS NOT NULL)
AND (%(text)s = '' OR number LIKE %(pattern)s OR address ILIKE %(pattern)s OR description ILIKE %(pattern)s)

-- name: urgent_cases
-- Open cases that fit, the most urgent first: those that wait for one of `mine`, or (`others`) those that do not.
-- Values stand in the statement when it is planned, so that a filter that asks for nothing costs nothing. Which they
-- are is found in the index alone (city_case_listed), unless a text is looked for; then the rows of these few are read.
WITH found AS MATERIALIZED (
    SELECT case_id FROM city_case
    WHERE ended_at IS NULL
      AND (%(others)s OR awaited && %(mine)s::text[])
      AND (NOT %(others)s OR NOT coalesce(awaited && %(mine)s::text[], false))
      AND /* part: fits */
      AND (%(west)s::float8 IS NULL OR latitude BETWEEN %(south)s AND %(north)s AND longitude BETWEEN %(west)s AND %(east)s)
      AND (cardinality(%(listed)s::bigint[]) = 0 OR case_id <> ALL (%(listed)s::bigint[]))
    ORDER BY coalesce(due_at, 'infinity'::timestamptz), case_id
    LIMIT %(most)s
)
SELECT case_id, number, version, state, kind, source, category, severity, area_code, longitude, latitude, address,
       left(description, 120) AS summary, alert_id, lead_department, reported_at, due_at, due_provisional, overdue_at, handled_at, ended_at,
       coalesce(awaited && %(mine)s::text[], false) AS is_mine
FROM city_case WHERE case_id IN (SELECT case_id FROM found)
ORDER BY coalesce(due_at, 'infinity'::timestamptz), case_id

-- name: cases_by_number
-- Cases that fit, the newest first, below a number; `ended`: only those that are over, else all or only the open ones.
SELECT case_id, number, version, state, kind, source, category, severity, area_code, longitude, latitude, address,
       left(description, 120) AS summary, alert_id, lead_department, reported_at, due_at, due_provisional, overdue_at, handled_at, ended_at,
       coalesce(awaited && %(mine)s::text[], false) AS is_mine
FROM city_case
WHERE (%(below)s::bigint IS NULL OR case_id < %(below)s::bigint)
  AND (NOT %(open)s OR ended_at IS NULL)
  AND (NOT %(ended)s OR ended_at IS NOT NULL)
  AND /* part: fits */
  AND (%(west)s::float8 IS NULL OR latitude BETWEEN %(south)s AND %(north)s AND longitude BETWEEN %(west)s AND %(east)s)
  AND (cardinality(%(listed)s::bigint[]) = 0 OR case_id <> ALL (%(listed)s::bigint[]))
ORDER BY case_id DESC
LIMIT %(most)s

-- name: cases_on_map
-- Open cases that fit, by cells of a part of the map: how many, how many that were not handled by their deadline, and
-- how many of which the deadline is near. Without a column: those that lie elsewhere, by whether it is known where.
SELECT "column", "row", count(*) AS open, count(*) FILTER (WHERE is_late) AS late,
       count(*) FILTER (WHERE NOT is_late AND is_soon) AS soon, min(case_id) AS case_id,
       avg(longitude) AS longitude, avg(latitude) AS latitude
FROM (SELECT case_id, longitude, latitude,
             CASE WHEN is_inside THEN floor((longitude - %(left)s) / %(wide)s)::integer END AS "column",
             CASE WHEN is_inside THEN floor((latitude - %(bottom)s) / %(high)s)::integer END AS "row",
             coalesce(CASE WHEN handled_at IS NULL THEN due_at < %(now)s
                           ELSE overdue_at IS NOT NULL OR handled_at > due_at END, false) AS is_late,
             coalesce(handled_at IS NULL AND due_at < %(soon_until)s, false) AS is_soon
      FROM (SELECT *, longitude >= %(left)s AND longitude < %(left)s + %(columns)s * %(wide)s
                  AND latitude >= %(bottom)s AND latitude < %(bottom)s + %(rows)s * %(high)s AS is_inside
            FROM city_case) AS placed
      WHERE ended_at IS NULL
        AND (NOT %(mine_only)s OR awaited && %(mine)s::text[])
        AND /* part: fits */
     ) AS found
GROUP BY "column", "row", longitude IS NULL
ORDER BY late, soon, open

-- name: case_counts
-- How many open cases there are by state: all, those that wait for one of `mine`, and those that are overdue.
SELECT state, count(*) AS open, count(*) FILTER (WHERE awaited && %(mine)s::text[]) AS mine,
       count(*) FILTER (WHERE overdue_at IS NOT NULL) AS overdue
FROM city_case
WHERE ended_at IS NULL AND (%(department)s = '' OR departments @> ARRAY[%(department)s])
  AND (%(within)s = '' OR starts_with(area_code, %(within)s))
GROUP BY state

-- name: cases_of_unknown_waiting
-- Cases that were stored before it was noted for whom they wait.
SELECT case_id, snapshot FROM city_case WHERE awaited IS NULL ORDER BY case_id LIMIT %(most)s

-- name: note_waiting
-- Note for whom a case waits, unless an act has done so meanwhile.
UPDATE city_case SET awaited = %(awaited)s, departments = %(departments)s
WHERE case_id = %(case_id)s AND awaited IS NULL

-- name: case_of_alert
-- The case that follows an alert: the open one, else the newest.
SELECT case_id, number, state, ended_at FROM city_case
WHERE case_id IN (SELECT case_id FROM case_alert WHERE alert_id = %(alert_id)s)
ORDER BY ended_at IS NOT NULL, case_id DESC LIMIT 1

-- name: case_by_number
-- The case that people call by this number.
SELECT case_id FROM city_case WHERE number = %(number)s
