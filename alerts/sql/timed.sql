-- name: lead_conditions
-- One watch at a time judges by the clock; the lock ends with the transaction, also when its holder dies.
SELECT pg_try_advisory_xact_lock(hashtext('cityops watch conditions'))

-- name: courses_of_rules
-- Where some rules and their signs stand. Locked: ingest may be at them too.
SELECT rule_id, part, series_id, phase, since, inside, marks FROM rule_state
WHERE rule_id = ANY (%(rules)s)
ORDER BY rule_id, part, series_id FOR UPDATE

-- name: courses_without_rule
-- What is left of rules that are switched off, unless they failed: then nobody knows, and their alerts stay.
SELECT rule_id, part, series_id, phase, since, inside, marks
FROM rule_state JOIN rule USING (rule_id)
WHERE NOT rule.enabled AND rule.fault IS NULL
ORDER BY rule_id, part, series_id FOR UPDATE OF rule_state

-- name: rules_with_fault
-- The rules that failed, and where.
SELECT rule_id, fault, fault_series FROM rule WHERE fault IS NOT NULL AND fault_series IS NOT NULL

-- name: any_series
-- A series of a kind: where the fault of a rule hangs that failed before it came to a sensor.
SELECT min(series_id) FROM series JOIN sensor USING (sensor_id) WHERE %(kind)s IN ('*', sensor.kind)

-- name: heard_last
-- When each sensor of a kind, or of all, was heard last, by our clock. One that was never heard has no series yet.
SELECT series.series_id, sensor.sensor_id, sensor.kind, sensor.area_code AS area, ledger.heard_at,
       sensor_kind.interval_seconds
FROM sensor JOIN sensor_kind USING (kind) JOIN ledger USING (sensor_id)
JOIN series ON series.sensor_id = sensor.sensor_id AND series.metric = sensor_kind.metrics[1]
WHERE %(kind)s IN ('*', sensor.kind) AND ledger.heard_at IS NOT NULL

-- name: anybody_heard
-- When the newest report of all came.
SELECT max(heard_at) FROM ledger

-- name: unmoved
-- Series of one kind and metric that report lately, and whether the newest value is the only one for so long.
SELECT latest.series_id, sensor.sensor_id, sensor.kind, sensor.area_code AS area, latest.value,
       NOT EXISTS (SELECT FROM reading
                   WHERE reading.series_id = latest.series_id AND reading.value <> latest.value
                     AND reading.time > latest.time - make_interval(secs => %(seconds)s)
                     AND reading.time > %(oldest)s AND reading.time <= latest.time)
       AND EXISTS (SELECT FROM reading
                   WHERE reading.series_id = latest.series_id AND reading.value = latest.value
                     AND reading.time <= latest.time - make_interval(secs => %(seconds)s)
                     AND reading.time > latest.time - make_interval(secs => 1.5 * %(seconds)s)
                     AND reading.time > %(oldest)s) AS unmoved
FROM latest JOIN series USING (series_id) JOIN sensor USING (sensor_id)
WHERE sensor.kind = %(kind)s AND series.metric = %(metric)s AND latest.time >= %(since)s

-- The three that follow fold a roll-up once, for the series they want, before they join: while little is rolled up,
-- the planner would otherwise compute all that is newer again for every series.

-- name: hourly_means
-- The means of one hour by sensor and metric, where three quarters of it were measured (GB 3095, Table 4).
WITH hourly AS MATERIALIZED (
    SELECT series_id, mean, count FROM reading_1h
    WHERE bucket = %(hour)s
      AND series_id = ANY (ARRAY(SELECT series_id FROM series JOIN sensor USING (sensor_id) WHERE kind = %(kind)s))
)
SELECT first.series_id, sensor.sensor_id, sensor.kind, sensor.area_code AS area, series.metric, hourly.mean
FROM hourly JOIN series USING (series_id) JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)
JOIN series AS first ON first.sensor_id = sensor.sensor_id AND first.metric = sensor_kind.metrics[1]
WHERE hourly.count * sensor_kind.interval_seconds >= 45 * 60

-- name: mean_speeds
-- The mean speed of each link over the last minutes: harmonic, as `reading_1m` keeps it.
WITH minutes AS MATERIALIZED (
    SELECT series_id, mean, count FROM reading_1m
    WHERE bucket >= %(since)s AND bucket < %(until)s AND mean > 0
      AND series_id = ANY (ARRAY(SELECT series_id FROM series JOIN sensor USING (sensor_id)
                                 WHERE kind = %(kind)s AND metric = 'speed'))
)
SELECT minutes.series_id, sensor.sensor_id, sensor.kind, sensor.area_code AS area,
       sum(minutes.count) / sum(minutes.count / minutes.mean) AS mean
FROM minutes JOIN series USING (series_id) JOIN sensor USING (sensor_id)
GROUP BY minutes.series_id, sensor.sensor_id, sensor.kind, sensor.area_code

-- name: rain_sums
-- Millimetres of rain by station and window up to now, from the mean rates (mm/h) of minutes.
WITH minutes AS MATERIALIZED (
    SELECT series_id, bucket, mean FROM reading_1m
    WHERE bucket >= %(oldest)s
      AND series_id = ANY (ARRAY(SELECT series_id FROM series JOIN sensor USING (sensor_id)
                                 WHERE kind = %(kind)s AND metric = 'rain_rate'))
)
SELECT minutes.series_id, sensor.sensor_id, sensor.kind, sensor.area_code AS area, spans.hours,
       coalesce(sum(minutes.mean) FILTER (WHERE minutes.bucket >= spans.since), 0) / 60 AS millimetres
FROM minutes JOIN series USING (series_id) JOIN sensor USING (sensor_id)
CROSS JOIN unnest(%(hours)s::integer[], %(since)s::timestamptz[]) AS spans (hours, since)
GROUP BY minutes.series_id, sensor.sensor_id, sensor.kind, sensor.area_code, spans.hours
ORDER BY minutes.series_id, spans.hours
