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

-- name: areas_known
-- To where the roll-ups over areas answer a span that starts with a bucket; NULL where the series must answer.
SELECT areas_known(%(step)s, %(areas)s, %(metrics)s, %(start)s, %(end)s)

-- name: areas_of_level
-- The areas of a level.
SELECT code FROM area WHERE level = %(level)s

-- name: area_history
-- Some metrics over all sensors of an area (NULL: the city), in steps: to `known` from the roll-up over areas, after it
-- from the series. What is weighed by another metric of its sensor, as speeds by flow, counts by the mean of that in the
-- step; without one it weighs as the others do on average.
WITH part AS (
    SELECT metric, bucket, count, sensors, low, high, weight, terms, easts, shares, sharing,
           shared_weight, shared_terms, shared_easts, bare_weight, bare_terms, bare_easts
    FROM rolled_area
    WHERE step = %(step)s AND area_code = coalesce(%(area)s, '') AND metric = ANY (%(metrics)s)
      AND bucket >= %(start)s AND bucket < %(known)s
    UNION ALL
    SELECT metric, bucket, sum(count), count(*), min(low), max(high), sum(weight), sum(terms), sum(easts), sum(share),
           count(share), sum(share * weight), sum(share * terms), sum(share * easts),
           sum(weight) FILTER (WHERE share IS NULL), sum(terms) FILTER (WHERE share IS NULL),
           sum(easts) FILTER (WHERE share IS NULL)
    FROM weighed_steps('{rollup}', %(step)s, %(zone)s, %(known)s, %(end)s, ARRAY(SELECT series_of(ARRAY(
              SELECT unnest(%(metrics)s::text[])
              UNION SELECT weighed_by FROM metric WHERE metric.metric = ANY (%(metrics)s)), %(area)s)))
    WHERE metric = ANY (%(metrics)s) AND %(known)s < %(end)s
    GROUP BY metric, bucket
), whole AS (
    SELECT metric, bucket, sum(count)::integer AS count, sum(sensors)::integer AS sensors, min(low) AS low,
           max(high) AS high, coalesce(sum(shares) / nullif(sum(sharing), 0), 1) AS share,
           coalesce(sum(shared_weight), 0) AS shared_weight, coalesce(sum(shared_terms), 0) AS shared_terms,
           coalesce(sum(shared_easts), 0) AS shared_easts,
           coalesce(sum(CASE WHEN sharing = 0 THEN weight ELSE bare_weight END), 0) AS bare_weight,
           coalesce(sum(CASE WHEN sharing = 0 THEN terms ELSE bare_terms END), 0) AS bare_terms,
           coalesce(sum(CASE WHEN sharing = 0 THEN easts ELSE bare_easts END), 0) AS bare_easts
    FROM part GROUP BY metric, bucket
)
SELECT whole.metric, whole.bucket AS time,
       mean_value(metric.mean, shared_terms + share * bare_terms, shared_easts + share * bare_easts,
                  shared_weight + share * bare_weight) AS value,
       low, high, count, sensors
FROM whole JOIN metric USING (metric)
ORDER BY whole.metric, whole.bucket

-- name: area_ranking
-- One metric over a span in each area of a level, the highest first: to `known` from the roll-up over areas.
WITH RECURSIVE inside (root, code) AS (
    SELECT code, code FROM area WHERE level = %(level)s
    UNION
    SELECT inside.root, area.code FROM inside JOIN area ON area.parent = inside.code
), place AS (
    SELECT DISTINCT area_code AS code FROM sensor
), found AS (
    SELECT inside.root, place.code FROM inside JOIN place USING (code)
    UNION
    SELECT area.code, place.code FROM area JOIN place ON starts_with(place.code, area.code) WHERE level = %(level)s
), member AS MATERIALIZED (
    SELECT found.root, series.series_id
    FROM found JOIN sensor ON sensor.area_code = found.code JOIN series USING (sensor_id)
    WHERE series.metric = %(metric)s
), folded AS MATERIALIZED (
    SELECT part.series_id, sum(part.weight) AS weight, sum(part.count) AS count,
           sum(part.weight * mean_term(metric.mean, part.mean, part.resultant)) AS terms,
           sum(part.weight * east_term(metric.mean, part.mean, part.resultant)) AS easts,
           min(part.min) AS low, max(part.max) AS high
    FROM {rollup} AS part, metric
    WHERE metric.metric = %(metric)s AND part.series_id = ANY (ARRAY(SELECT series_id FROM member))
      AND part.bucket >= %(known)s AND part.bucket < %(end)s
    GROUP BY part.series_id
), reported AS (
    SELECT member.root, count(*) AS sensors FROM member
    WHERE series_id IN (SELECT series_id FROM folded) OR EXISTS (
        SELECT FROM rolled_1h AS hourly WHERE hourly.series_id = member.series_id
           AND hourly.bucket >= %(start)s AND hourly.bucket < %(known)s)
    GROUP BY member.root
), part AS (
    SELECT area_code AS root, weight, count, terms, easts, low, high FROM rolled_area
    WHERE step = %(step)s AND metric = %(metric)s AND bucket >= %(start)s AND bucket < %(known)s
      AND area_code IN (SELECT root FROM member)
    UNION ALL
    SELECT member.root, weight, count, terms, easts, low, high FROM folded JOIN member USING (series_id)
)
SELECT area.code AS area_code, area.name, area.name_en,
       mean_value(metric.mean, sum(part.terms), sum(part.easts), sum(part.weight)::double precision) AS value,
       min(part.low) AS low, max(part.high) AS high, sum(part.count)::integer AS count, reported.sensors::integer
FROM part JOIN area ON area.code = part.root JOIN reported USING (root), metric
WHERE metric.metric = %(metric)s
GROUP BY area.code, area.name, area.name_en, metric.mean, reported.sensors
ORDER BY value DESC NULLS LAST, area.code

-- name: heat_map
-- One metric by hour of the day and day, as the city's clocks show them: to `known` from the roll-up over areas. From
-- minutes where its hours are not UTC's.
WITH part AS (
    SELECT bucket, weight, count, terms, easts FROM rolled_area
    WHERE step = %(step)s AND area_code = coalesce(%(area)s, '') AND metric = %(metric)s
      AND bucket >= %(start)s AND bucket < %(known)s
    UNION ALL
    SELECT part.bucket, part.weight, part.count, part.weight * mean_term(metric.mean, part.mean, part.resultant),
           part.weight * east_term(metric.mean, part.mean, part.resultant)
    FROM {rollup} AS part, metric
    WHERE metric.metric = %(metric)s
      AND part.series_id = ANY (ARRAY(SELECT series_of(ARRAY[%(metric)s], %(area)s)))
      AND part.bucket >= %(known)s AND part.bucket < %(end)s
)
SELECT (part.bucket AT TIME ZONE %(zone)s)::date AS day,
       extract(hour FROM part.bucket AT TIME ZONE %(zone)s)::integer AS hour,
       mean_value(metric.mean, sum(part.terms), sum(part.easts), sum(part.weight)::double precision) AS value,
       sum(part.count)::integer AS count
FROM part, metric
WHERE metric.metric = %(metric)s
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
