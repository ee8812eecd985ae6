-- name: rule_table
-- Every rule as it is now, for the programs and for people.
SELECT rule_id, version, enabled, definition, file_definition, edited_by, fault, fault_series, fault_at, updated_at
FROM rule ORDER BY rule_id

-- name: rules_revision
-- A number that is different whenever a rule is: each change raises a version.
SELECT coalesce(sum(version), 0) FROM rule

-- name: put_rule
-- Store a version of a rule and put it in force. Nobody may have changed it meanwhile.
WITH stored AS (
    INSERT INTO rule (rule_id, definition, file_definition, enabled, edited_by, updated_at)
    VALUES (%(rule_id)s, %(definition)s, %(file_definition)s, %(enabled)s, %(edited_by)s, %(now)s)
    ON CONFLICT (rule_id) DO UPDATE
    SET definition = EXCLUDED.definition, file_definition = EXCLUDED.file_definition, enabled = EXCLUDED.enabled,
        edited_by = EXCLUDED.edited_by, updated_at = EXCLUDED.updated_at, version = rule.version + 1,
        fault = NULL, fault_series = NULL, fault_at = NULL, unreadable = NULL
    WHERE rule.version = %(version)s
    RETURNING rule_id, version, definition, enabled
)
INSERT INTO rule_version (rule_id, version, definition, enabled, at, actor)
SELECT rule_id, version, definition, enabled, %(now)s, %(actor)s FROM stored
RETURNING version

-- name: fault_rule
-- A rule failed: it is off until somebody puts it in force again.
WITH stored AS (
    UPDATE rule
    SET enabled = false, version = version + 1, updated_at = %(now)s,
        fault = %(fault)s, fault_series = %(series_id)s, fault_at = %(now)s
    WHERE rule_id = %(rule_id)s AND enabled
    RETURNING rule_id, version, definition, enabled
)
INSERT INTO rule_version (rule_id, version, definition, enabled, at, actor)
SELECT rule_id, version, definition, enabled, %(now)s, 'detection' FROM stored

-- name: note_unreadable
-- Which rules are switched on and cannot be read, and why. No version of its own: nobody changed the rule.
UPDATE rule SET unreadable = told.reason
FROM rule AS every
LEFT JOIN unnest(%(rule_ids)s::text[], %(reasons)s::text[]) AS told (rule_id, reason) USING (rule_id)
WHERE rule.rule_id = every.rule_id AND rule.unreadable IS DISTINCT FROM told.reason

-- name: unreadable_rules
-- Rules that are switched on and not in force.
SELECT rule_id, unreadable FROM rule WHERE enabled AND unreadable IS NOT NULL ORDER BY rule_id

-- name: rule_history
-- Every version of one rule, the newest first.
SELECT version, definition, enabled, at, actor FROM rule_version
WHERE rule_id = %(rule_id)s ORDER BY version DESC

-- name: series_known
-- What each of these series measures, and where.
SELECT series.series_id, series.sensor_id, sensor.kind, series.metric, sensor.area_code, sensor.lon, sensor.lat,
       series.metric = sensor_kind.metrics[1] AS first
FROM series JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)
WHERE series.series_id = ANY (%(series)s)

-- name: all_series
-- The same of every series, for watch and for replays.
SELECT series.series_id, series.sensor_id, sensor.kind, series.metric, sensor.area_code, sensor.lon, sensor.lat,
       series.metric = sensor_kind.metrics[1] AS first
FROM series JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)

-- name: busy_series
-- The series on which a condition of some rules is not simply calm. There are few.
SELECT DISTINCT series_id FROM rule_state WHERE rule_id = ANY (%(rules)s)

-- name: lock_courses
-- Where conditions of some rules stand on some series, and all signs of rules that combine them. Locked: workers take
-- turns. What the clock judges is not among them: nobody who stores readings waits for a city that is looked at.
SELECT rule_id, part, series_id, phase, since, inside, marks FROM rule_state
WHERE (series_id = ANY (%(series)s) AND rule_id = ANY (%(rules)s)) OR rule_id = ANY (%(combined)s)
ORDER BY rule_id, part, series_id FOR UPDATE

-- name: put_courses
-- Store where conditions stand now.
INSERT INTO rule_state (rule_id, part, series_id, phase, since, inside, marks)
SELECT rule_id, part, series_id, phase, since, inside, marks::timestamptz[]
FROM unnest(%(rule_ids)s::text[], %(parts)s::smallint[], %(series)s::integer[], %(phases)s::text[],
            %(sinces)s::timestamptz[], %(insides)s::boolean[], %(marks)s::text[])
     AS told (rule_id, part, series_id, phase, since, inside, marks)
ON CONFLICT (rule_id, part, series_id) DO UPDATE
SET phase = EXCLUDED.phase, since = EXCLUDED.since, inside = EXCLUDED.inside, marks = EXCLUDED.marks

-- name: drop_courses
-- Forget those that are calm again.
DELETE FROM rule_state
USING unnest(%(rule_ids)s::text[], %(parts)s::smallint[], %(series)s::integer[]) AS told (rule_id, part, series_id)
WHERE (rule_state.rule_id, rule_state.part, rule_state.series_id) = (told.rule_id, told.part, told.series_id)

-- name: readings_since
-- The readings of some series from each one's moment on, for rates; in event time.
SELECT reading.time + shift AS time, reading.series_id, reading.value, reading.quality
FROM unnest(%(series)s::integer[], %(since)s::timestamptz[]) AS wanted (series_id, since)
JOIN series USING (series_id) LEFT JOIN ledger USING (sensor_id)
CROSS JOIN LATERAL (SELECT coalesce(ledger.clock_shift, '0') AS shift) AS clock
JOIN reading ON reading.series_id = wanted.series_id
     AND reading.time >= wanted.since - shift AND reading.time < %(until)s::timestamptz - shift

-- name: seen_times
-- Up to when each of these series has been judged, in event time. `latest` may be a moment behind what came lately;
-- not so where a clock is, or was until a moment ago, wrong: there stored times would mislead.
SELECT wanted.series_id, greatest(latest.time, recent.time) AS time
FROM unnest(%(series)s::integer[]) AS wanted (series_id)
JOIN series USING (series_id)
LEFT JOIN ledger USING (sensor_id)
LEFT JOIN latest USING (series_id)
LEFT JOIN LATERAL (SELECT time FROM reading
                   WHERE reading.series_id = wanted.series_id AND reading.time >= %(since)s AND reading.time <= %(until)s
                     AND coalesce(ledger.clock_shift = '0' AND ledger.clock_set_at < %(settled)s, true)
                   ORDER BY time DESC LIMIT 1) AS recent ON true
WHERE greatest(latest.time, recent.time) IS NOT NULL

-- name: reporting
-- How often each of these series reports (s), and whether it has been silent, in event time, for longer than so many
-- intervals.
SELECT series.series_id, pace.seconds AS interval_seconds,
       coalesce(latest.time <= %(now)s - interval '1 second' * (%(late_after)s * pace.seconds + %(grace)s), true)
           AS silent
FROM series JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)
LEFT JOIN ledger USING (sensor_id) LEFT JOIN latest USING (series_id)
CROSS JOIN LATERAL (SELECT greatest(sensor_kind.interval_seconds, ledger.interval_seconds) AS seconds) AS pace
WHERE series.series_id = ANY (%(series)s)

-- name: latest_values
-- The newest values of some series.
SELECT series_id, value FROM latest WHERE series_id = ANY (%(series)s)

-- name: readings_between
-- All readings of a span in order of time, for replays.
SELECT time, series_id, value, quality FROM reading
WHERE time >= %(start)s AND time < %(end)s ORDER BY time, series_id
