-- {rollup} is reading_1m, reading_1h or reading_1d. Parts are combined by their weights, in terms of the
-- metric's own mean. Series are found first and handed over as an array: only so do the views look at
-- nothing but these series.

-- name: series_intervals
-- The wanted series, with the seconds between two of their readings.
SELECT series_id, sensor_id, metric, sensor_kind.interval_seconds
FROM unnest(%(sensors)s::text[], %(metrics)s::text[]) AS wanted (sensor_id, metric)
JOIN series USING (sensor_id, metric) JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)

-- name: first_step
-- Where the step begins that a moment lies in, and the zone whose days steps are.
SELECT zone, step_start(%(step)s, %(start)s, zone) AS start FROM rollup_state

-- name: step_at
-- Where the step begins that a moment lies in.
SELECT step_start(%(step)s, %(moment)s, zone) AS start FROM rollup_state

-- name: raw_history
-- Every reading of some series over a short span.
SELECT series_id, sensor_id, metric, time, value, value AS low, value AS high, 1 AS count, quality
FROM reading JOIN series USING (series_id)
WHERE series_id = ANY (%(series)s) AND time >= %(start)s AND time < %(end)s
ORDER BY series_id, time

-- name: rolled_history
-- Some series over a longer span, from a roll-up, in steps of one of its buckets or several.
SELECT part.series_id, series.sensor_id, series.metric,
       step_start(%(step)s, part.bucket, %(zone)s) AS time,
       mean_value(metric.mean, sum(part.weight * mean_term(metric.mean, part.mean, part.resultant)),
                  sum(part.weight * east_term(metric.mean, part.mean, part.resultant)), sum(part.weight)) AS value,
       min(part.min) AS low, max(part.max) AS high, sum(part.count)::integer AS count, 1::smallint AS quality
FROM {rollup} AS part JOIN series USING (series_id) JOIN metric USING (metric)
WHERE part.series_id = ANY (%(series)s) AND part.bucket >= %(start)s AND part.bucket < %(end)s
GROUP BY part.series_id, series.sensor_id, series.metric, metric.mean, 4
ORDER BY part.series_id, 4

-- name: area_history
-- Some metrics over all sensors of an area (NULL: the city), in steps. First by series, so that the sensors can
-- be counted without sorting every bucket. What is weighed by another metric of its sensor, as speeds by flow, counts by
-- the mean of that in the step; without one it weighs as the others do on average. In a scope `series` is a view, which
-- has no key that its other columns could depend on: all of them are grouped by.
WITH folded AS MATERIALIZED (
    SELECT series.sensor_id, series.metric, step_start(%(step)s, part.bucket, %(zone)s) AS time,
           sum(part.weight) AS weight, sum(part.weight * mean_term(metric.mean, part.mean, part.resultant)) AS terms,
           sum(part.weight * east_term(metric.mean, part.mean, part.resultant)) AS easts,
           min(part.min) AS low, max(part.max) AS high, sum(part.count) AS count
    FROM {rollup} AS part JOIN series USING (series_id) JOIN metric USING (metric)
    WHERE part.series_id = ANY (ARRAY(SELECT series_of(ARRAY(
              SELECT unnest(%(metrics)s::text[])
              UNION SELECT weighed_by FROM metric WHERE metric.metric = ANY (%(metrics)s)), %(area)s)))
      AND part.bucket >= %(start)s AND part.bucket < %(end)s
    GROUP BY series.series_id, series.sensor_id, series.metric, 3
), weighed AS (
    SELECT folded.metric, folded.time, metric.mean, folded.weight, folded.terms, folded.easts, folded.low, folded.high,
           folded.count, CASE WHEN metric.weighed_by IS NULL THEN 1 ELSE coalesce(
               companion.terms / nullif(companion.weight, 0),
               avg(companion.terms / nullif(companion.weight, 0)) OVER (PARTITION BY folded.metric, folded.time), 1)
           END AS share
    FROM folded JOIN metric USING (metric)
    LEFT JOIN folded AS companion ON companion.metric = metric.weighed_by
          AND companion.sensor_id = folded.sensor_id AND companion.time = folded.time
    WHERE folded.metric = ANY (%(metrics)s)
)
SELECT metric, time, mean_value(mean, sum(share * terms), sum(share * easts), sum(share * weight)) AS value,
       min(low) AS low, max(high) AS high, sum(count)::integer AS count, count(*)::integer AS sensors
FROM weighed
GROUP BY metric, mean, time
ORDER BY metric, time

-- name: area_ranking
-- One metric over a span in each area of a level, the highest first.
WITH RECURSIVE inside (root, code) AS (
    SELECT code, code FROM area WHERE level = %(level)s
    UNION ALL
    SELECT inside.root, area.code FROM inside JOIN area ON area.parent = inside.code
), member AS MATERIALIZED (
    SELECT inside.root, series.series_id
    FROM inside JOIN sensor ON sensor.area_code = inside.code JOIN series USING (sensor_id)
    WHERE series.metric = %(metric)s
), folded AS (
    SELECT part.series_id, sum(part.weight) AS weight, sum(part.count) AS count,
           sum(part.weight * mean_term(metric.mean, part.mean, part.resultant)) AS terms,
           sum(part.weight * east_term(metric.mean, part.mean, part.resultant)) AS easts,
           min(part.min) AS low, max(part.max) AS high
    FROM {rollup} AS part, metric
    WHERE metric.metric = %(metric)s AND part.series_id = ANY (ARRAY(SELECT series_id FROM member))
      AND part.bucket >= %(start)s AND part.bucket < %(end)s
    GROUP BY part.series_id
)
SELECT area.code AS area_code, area.name, area.name_en,
       mean_value(metric.mean, sum(folded.terms), sum(folded.easts), sum(folded.weight)) AS value,
       min(folded.low) AS low, max(folded.high) AS high, sum(folded.count)::integer AS count,
       count(*)::integer AS sensors
FROM folded JOIN member USING (series_id) JOIN area ON area.code = member.root,
     metric
WHERE metric.metric = %(metric)s
GROUP BY area.code, area.name, area.name_en, metric.mean
ORDER BY value DESC NULLS LAST, area.code

-- name: heat_map
-- One metric by hour of the day and day, as the city's clocks show them. From minutes where its hours are not UTC's.
SELECT (part.bucket AT TIME ZONE %(zone)s)::date AS day,
       extract(hour FROM part.bucket AT TIME ZONE %(zone)s)::integer AS hour,
       mean_value(metric.mean, sum(part.weight * mean_term(metric.mean, part.mean, part.resultant)),
                  sum(part.weight * east_term(metric.mean, part.mean, part.resultant)), sum(part.weight)) AS value,
       sum(part.count)::integer AS count
FROM {rollup} AS part, metric
WHERE metric.metric = %(metric)s
  AND part.series_id = ANY (ARRAY(SELECT series_of(ARRAY[%(metric)s], %(area)s)))
  AND part.bucket >= %(start)s AND part.bucket < %(end)s
GROUP BY 1, 2, metric.mean
ORDER BY 1, 2

-- name: completeness
-- How many usable readings each series of some metrics (NULL: of all) sent in a span, and how many it should have
-- sent since it is registered.
WITH due AS (
    SELECT series.series_id, series.sensor_id, series.metric, sensor_kind.interval_seconds,
           greatest(%(start)s, step_start(%(step)s, sensor.registered_at + %(step)s, %(zone)s)) AS since
    FROM series JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)
    WHERE series.series_id = ANY (ARRAY(SELECT series_of(%(metrics)s, %(area)s)))
), received AS (
    SELECT part.series_id, sum(part.count) AS count
    FROM {rollup} AS part JOIN due USING (series_id)
    WHERE part.series_id = ANY (ARRAY(SELECT series_id FROM due))
      AND part.bucket >= %(start)s AND part.bucket < %(end)s AND part.bucket >= due.since
    GROUP BY part.series_id
)
SELECT due.series_id, due.sensor_id, due.metric,
       floor(extract(epoch FROM %(end)s - due.since) / due.interval_seconds)::integer AS expected,
       coalesce(received.count, 0)::integer AS received
FROM due LEFT JOIN received USING (series_id)
WHERE due.since < %(end)s
ORDER BY due.series_id

-- name: count_series
-- How many series of a metric an area has.
SELECT count(*)::integer FROM series_of(ARRAY[%(metric)s], %(area)s)

-- name: sensor_means
-- One metric over a span at each sensor of an area (NULL: the city).
WITH folded AS (
    SELECT part.series_id, sum(part.weight) AS weight, sum(part.count) AS count,
           sum(part.weight * mean_term(metric.mean, part.mean, part.resultant)) AS terms,
           sum(part.weight * east_term(metric.mean, part.mean, part.resultant)) AS easts,
           min(part.min) AS low, max(part.max) AS high
    FROM {rollup} AS part, metric
    WHERE metric.metric = %(metric)s AND part.series_id = ANY (ARRAY(SELECT series_of(ARRAY[%(metric)s], %(area)s)))
      AND part.bucket >= %(start)s AND part.bucket < %(end)s
    GROUP BY part.series_id
)
SELECT sensor.sensor_id, sensor.name, sensor.area_code, sensor.lon, sensor.lat,
       mean_value(metric.mean, folded.terms, folded.easts, folded.weight) AS value,
       folded.low, folded.high, folded.count::integer AS count
FROM folded JOIN series USING (series_id) JOIN metric USING (metric) JOIN sensor USING (sensor_id)
ORDER BY sensor.sensor_id

-- name: sensor_steps
-- One metric at each sensor of an area (NULL: the city) in steps, to be read in pieces.
SELECT step_start(%(step)s, part.bucket, %(zone)s) AS time, series.sensor_id, sensor.name, sensor.area_code,
       mean_value(metric.mean, sum(part.weight * mean_term(metric.mean, part.mean, part.resultant)),
                  sum(part.weight * east_term(metric.mean, part.mean, part.resultant)), sum(part.weight)) AS value,
       min(part.min) AS low, max(part.max) AS high, sum(part.count)::integer AS count
FROM {rollup} AS part JOIN series USING (series_id) JOIN metric USING (metric) JOIN sensor USING (sensor_id)
WHERE part.series_id = ANY (ARRAY(SELECT series_of(ARRAY[%(metric)s], %(area)s)))
  AND part.bucket >= %(start)s AND part.bucket < %(end)s
GROUP BY 1, series.sensor_id, sensor.name, sensor.area_code, metric.mean
ORDER BY 1, series.sensor_id

-- name: data_age
-- How old the newest reading of each series is, beside how often it should report.
SELECT series.series_id, series.sensor_id, series.metric, latest.time,
       extract(epoch FROM %(now)s - latest.time)::double precision AS age_seconds,
       sensor_kind.interval_seconds
FROM series JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind) LEFT JOIN latest USING (series_id)
ORDER BY series.series_id

-- name: export_readings
-- Every reading of one series over any span, to be read in pieces.
SELECT reading.time, reading.value, reading.quality
FROM reading
WHERE reading.series_id = %(series_id)s AND reading.time >= %(start)s AND reading.time < %(end)s
ORDER BY reading.time
