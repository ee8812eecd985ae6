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
SELECT min(series_id) FROM series JOIN sensor USING (sensor_id)
WHERE %(kind)s IN ('*', sensor.kind) AND sensor.retired_at IS NULL

-- name: series_alerting
-- The series on which alerts of a rule are open, the oldest first.
SELECT series_id FROM alert WHERE rule_id = %(rule_id)s AND closed_at IS NULL ORDER BY alert_id

-- name: heard_last
-- When each sensor of a kind, or of all, was heard last, by our clock, and how often it reports: as its kind promises,
-- or more slowly, as it has taught us. One that was never heard has no series yet.
-- Only those that were not heard for a while, and those on which conditions stand: a large city is mostly heard.
SELECT series.series_id, sensor.sensor_id, sensor.kind, sensor.area_code AS area, ledger.heard_at,
       greatest(sensor_kind.interval_seconds, ledger.interval_seconds) AS interval_seconds
FROM sensor JOIN sensor_kind USING (kind) JOIN ledger USING (sensor_id)
JOIN series ON series.sensor_id = sensor.sensor_id AND series.metric = sensor_kind.metrics[1]
WHERE %(kind)s IN ('*', sensor.kind) AND (ledger.heard_at < %(before)s OR series.series_id = ANY (%(own)s))

-- name: devices_in_use
-- Where the devices of a kind, or of all, stand; no alert hangs on one of these rows.
SELECT 0 AS series_id, sensor_id, kind, area_code AS area FROM sensor
WHERE retired_at IS NULL AND %(kind)s IN ('*', kind)

-- name: anybody_heard
-- When the newest report of all came.
SELECT max(heard_at) FROM ledger

-- name: unmoved
-- Series of one kind and metric that report lately: whether another value came in the time that counts, and whether
-- the newest one stood at its beginning too. Neither: a gap in the data, which is no movement.
SELECT latest.series_id, sensor.sensor_id, sensor.kind, sensor.area_code AS area, latest.value,
       EXISTS (SELECT FROM reading
               WHERE reading.series_id = latest.series_id AND reading.value <> latest.value
                 AND reading.time > latest.time - shift - make_interval(secs => %(seconds)s)
                 AND reading.time > %(oldest)s AND reading.time <= latest.time - shift) AS moved,
       EXISTS (SELECT FROM reading
               WHERE reading.series_id = latest.series_id AND reading.value = latest.value
                 AND reading.time <= latest.time - shift - make_interval(secs => %(seconds)s)
                 AND reading.time > latest.time - shift - make_interval(secs => 1.5 * %(seconds)s)
                 AND reading.time > %(oldest)s) AS stood
FROM latest JOIN series USING (series_id) JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)
LEFT JOIN ledger USING (sensor_id)
CROSS JOIN LATERAL (SELECT coalesce(ledger.clock_shift, '0') AS shift) AS clock
WHERE sensor.kind = %(kind)s AND series.metric = %(metric)s
  AND latest.time >= least(%(since)s, %(now)s - %(late_after)s * ledger.interval_seconds * interval '1 second')

-- The three that follow fold a roll-up once, for the series they want, before they join: while little is rolled up,
-- the planner would otherwise compute all that is newer again for every series.

-- name: hourly_means
-- One hour of every pollutant series of a kind: mean and count (NULL without a reading), and how often it reports, by
-- its kind, by what the device has taught us, and by its own newest readings.
WITH pollutants AS MATERIALIZED (
    SELECT series.series_id, series.metric, sensor.sensor_id, sensor.kind, sensor.area_code AS area,
           sensor_kind.interval_seconds AS nominal, ledger.interval_seconds AS learned, sensor_kind.metrics[1] AS headline
    FROM series JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind) LEFT JOIN ledger USING (sensor_id)
    WHERE sensor.kind = %(kind)s AND series.metric = ANY (%(pollutants)s)
), hourly AS MATERIALIZED (
    SELECT series_id, mean, count FROM reading_1h
    WHERE bucket = %(hour)s AND series_id = ANY (ARRAY(SELECT series_id FROM pollutants))
)
SELECT first.series_id, pollutants.sensor_id, pollutants.kind, pollutants.area, pollutants.metric,
       hourly.mean, hourly.count, pollutants.nominal, pollutants.learned,
       CASE WHEN hourly.count > 0
            THEN usual_gap(pollutants.series_id, %(hour)s::timestamptz - interval '1 day',
                           %(hour)s::timestamptz + interval '1 hour') END AS usual
FROM pollutants LEFT JOIN hourly USING (series_id)
JOIN series AS first ON first.sensor_id = pollutants.sensor_id AND first.metric = pollutants.headline

-- name: rain_parts
-- The rain of each station in each window up to now, in parts: minutes with as many readings and as many seconds up to
-- the next one, the sum of their mean rates (mm/h), and how long ago the newest was. A minute that lies before its
-- window by so many seconds may reach into it: an hourly station says in the first minute what holds for all of them.
WITH minutes AS MATERIALIZED (
    SELECT series_id, bucket, mean, count FROM reading_1m
    WHERE bucket >= %(oldest)s
      AND series_id = ANY (ARRAY(SELECT series_id FROM series JOIN sensor USING (sensor_id)
                                 WHERE kind = %(kind)s AND metric = 'rain_rate'))
), spaced AS MATERIALIZED (
    SELECT series_id, bucket, mean, count,
           extract(epoch FROM lead(bucket, 1, greatest(%(now)s, bucket)) OVER series - bucket)::double precision AS gap
    FROM minutes WINDOW series AS (PARTITION BY series_id ORDER BY bucket)
), parts AS (
    SELECT spaced.series_id, spans.hours, spaced.gap, spaced.count AS readings, early.seconds AS early,
           count(*) AS minutes, sum(spaced.mean) AS rates, max(spaced.bucket) AS newest
    FROM spaced CROSS JOIN unnest(%(hours)s::integer[], %(since)s::timestamptz[]) AS spans (hours, since),
         LATERAL (SELECT greatest(extract(epoch FROM spans.since - spaced.bucket), 0)::double precision)
             AS early (seconds)
    WHERE early.seconds <= %(reach)s AND early.seconds < greatest(spaced.gap, 1)
    GROUP BY spaced.series_id, spans.hours, spaced.gap, spaced.count, early.seconds
), known AS (
    SELECT series_id, max(newest) AS newest,
           usual_gap(series_id, %(oldest)s, greatest(%(now)s, max(newest) + interval '1 minute')) AS usual
    FROM parts GROUP BY series_id
)
SELECT parts.series_id, sensor.sensor_id, sensor.kind, sensor.area_code AS area,
       parts.hours, parts.gap, parts.readings, parts.early, parts.minutes, parts.rates,
       extract(epoch FROM %(now)s - known.newest)::double precision AS age,
       sensor_kind.interval_seconds AS nominal, ledger.interval_seconds AS learned, known.usual
FROM parts JOIN known USING (series_id) JOIN series USING (series_id) JOIN sensor USING (sensor_id)
JOIN sensor_kind USING (kind) LEFT JOIN ledger USING (sensor_id)
ORDER BY parts.series_id, parts.hours

-- name: warned_districts
-- Where warnings of others stand that a rule looks at: of each district the worst, and a series on which its alert
-- hangs, best the one on which it hangs already.
WITH warned AS (
    SELECT DISTINCT ON (district.code) district.code, received.sender, received.texts #>> '{zh,headline}' AS headline
    FROM cap_received AS received CROSS JOIN LATERAL unnest(received.area_codes) AS district (code)
    WHERE received.status = 'Actual' AND received.msg_type IN ('Alert', 'Update') AND NOT received.is_clear
      AND received.replaced_at IS NULL AND received.expires > %(now)s AND received.severity <= %(severity)s
      AND (%(codes)s::text[] = '{}' OR received.event_codes && %(codes)s::text[])
    ORDER BY district.code, received.severity, received.sent DESC, received.received_id DESC
)
SELECT warned.code, warned.sender, warned.headline, place.series_id
FROM warned
CROSS JOIN LATERAL (
    SELECT series.series_id
    FROM sensor JOIN sensor_kind USING (kind)
    JOIN series ON series.sensor_id = sensor.sensor_id AND series.metric = sensor_kind.metrics[1]
    WHERE starts_with(sensor.area_code, warned.code) AND sensor.retired_at IS NULL AND %(kind)s IN ('*', sensor.kind)
      AND (%(areas)s::text[] = '{}'
           OR EXISTS (SELECT FROM unnest(%(areas)s::text[]) AS wanted (code)
                      WHERE starts_with(sensor.area_code, wanted.code)))
      AND (%(sensors)s::text[] = '{}' OR sensor.sensor_id = ANY (%(sensors)s))
      AND sensor.sensor_id <> ALL (%(except_sensors)s::text[])
    ORDER BY series.series_id = ANY (%(own)s::integer[]) DESC, series.series_id LIMIT 1
) AS place
ORDER BY warned.code
