-- What numbers were made of: the same folds as in history.sql, before they are put together. {rollup} is reading_1m,
-- reading_1h or reading_1d.

-- name: step_shares
-- What each series of an area gave to one step of a metric (of which `start` is the start), and by what it weighs.
SELECT sensor.sensor_id, sensor.name, sensor.area_code, part.count::integer AS count, part.low, part.high, part.weight,
       part.terms, part.easts, part.share,
       greatest(sensor_kind.interval_seconds, ledger.interval_seconds) AS interval_seconds,
       least(next_step(%(step)s, %(start)s, %(zone)s), %(end)s) AS until
FROM weighed_steps('{rollup}', %(step)s, %(zone)s, %(start)s, least(next_step(%(step)s, %(start)s, %(zone)s), %(end)s),
                   ARRAY(SELECT series_of(ARRAY(
                       SELECT %(metric)s::text
                       UNION SELECT weighed_by FROM metric WHERE metric.metric = %(metric)s), %(area)s))) AS part
JOIN series USING (series_id) JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind) LEFT JOIN ledger USING (sensor_id)
WHERE part.metric = %(metric)s
ORDER BY sensor.sensor_id

-- name: span_shares
-- What each series of an area gave to a metric over a span, every reading with the same weight.
WITH folded AS (
    SELECT part.series_id, sum(part.weight)::double precision AS weight, sum(part.count) AS count,
           sum(part.weight * mean_term(metric.mean, part.mean, part.resultant)) AS terms,
           sum(part.weight * east_term(metric.mean, part.mean, part.resultant)) AS easts,
           min(part.min) AS low, max(part.max) AS high
    FROM {rollup} AS part, metric
    WHERE metric.metric = %(metric)s AND part.series_id = ANY (ARRAY(SELECT series_of(ARRAY[%(metric)s], %(area)s)))
      AND part.bucket >= %(start)s AND part.bucket < %(end)s
    GROUP BY part.series_id
)
SELECT sensor.sensor_id, sensor.name, sensor.area_code, folded.count::integer AS count, folded.low, folded.high,
       folded.weight, folded.terms, folded.easts, NULL::double precision AS share,
       greatest(sensor_kind.interval_seconds, ledger.interval_seconds) AS interval_seconds,
       %(end)s::timestamptz AS until
FROM folded JOIN series USING (series_id) JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)
LEFT JOIN ledger USING (sensor_id)
ORDER BY sensor.sensor_id

-- name: series_in_area
-- The series of a metric that an area has.
SELECT sensor.sensor_id, sensor.name, sensor.area_code
FROM series JOIN sensor USING (sensor_id)
WHERE series.series_id = ANY (ARRAY(SELECT series_of(ARRAY[%(metric)s], %(area)s)))
ORDER BY sensor.sensor_id

-- name: rollup_stands
-- To where minutes and hours are rolled up; what is newer is folded from the readings when it is asked for.
SELECT watermark FROM rollup_state

-- name: readings_behind
-- The readings of one series in a span after one of them, as they were stored, those included that do not count.
SELECT reading.time, reading.value, reading.quality
FROM reading JOIN series USING (series_id)
WHERE series.sensor_id = %(sensor_id)s AND series.metric = %(metric)s
  AND reading.time >= %(start)s AND reading.time < %(end)s AND (%(after)s::timestamptz IS NULL OR reading.time > %(after)s)
ORDER BY reading.time LIMIT %(limit)s

-- name: count_behind
-- How many there are, by their flags, and whether readings of these days were forgotten.
SELECT coalesce(json_object_agg(quality, count), '{}') AS by_quality,
       (SELECT count(*) FROM forgotten_day
        WHERE day BETWEEN (%(start)s::timestamptz AT TIME ZONE 'UTC')::date
                      AND ((%(end)s::timestamptz - interval '1 microsecond') AT TIME ZONE 'UTC')::date)::integer AS forgotten
FROM (SELECT reading.quality, count(*) FROM reading JOIN series USING (series_id)
      WHERE series.sensor_id = %(sensor_id)s AND series.metric = %(metric)s
        AND reading.time >= %(start)s AND reading.time < %(end)s
      GROUP BY reading.quality) AS counted

-- name: device_behind
-- What is known of the device of a series and of the way of its messages; of a single message nothing is kept but what
-- came last and what could not be stored.
SELECT sensor.sensor_id, sensor.name, sensor.area_code, sensor.domain, sensor.kind, sensor.registered_at,
       latest.time AS newest_time, latest.received_at AS newest_received_at,
       ledger.received, ledger.stored, ledger.duplicate, ledger.dead_lettered, ledger.resent, ledger.restarts,
       ledger.missing_before + run_missing(ledger.run_first, ledger.run_last, ledger.run_seen) AS missing,
       ledger.run_first, ledger.run_last, ledger.run_from, ledger.run_until,
       greatest(sensor_kind.interval_seconds, ledger.interval_seconds) AS interval_seconds, ledger.clock_skew_seconds,
       extract(epoch FROM ledger.clock_correction)::double precision AS clock_correction_seconds, ledger.clock_set_at,
       extract(epoch FROM ledger.clock_placed)::double precision AS clock_placed_seconds, ledger.is_erratic,
       missing_value.count AS nulls, missing_value.first_time AS nulls_since, missing_value.last_time AS nulls_until,
       (SELECT count(*) FROM dead_letter
        WHERE split_part(dead_letter.topic, '/', 4) = sensor.sensor_id
          AND dead_letter.received_at >= %(start)s AND dead_letter.received_at < %(end)s)::integer AS dead_letters,
       (SELECT count(*) FROM lost_queue
        WHERE lost_queue.since < %(end)s AND lost_queue.noticed_at >= %(start)s)::integer AS lost_queues
FROM series JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)
LEFT JOIN ledger USING (sensor_id) LEFT JOIN latest USING (series_id) LEFT JOIN missing_value USING (series_id)
WHERE series.sensor_id = %(sensor_id)s AND series.metric = %(metric)s
