-- name: note_unmapped
-- Count values under names of no metric. A device that has too many names already gets no row for another: its
-- value counts under ''. In order, so that two workers cannot wait for each other.
WITH told AS (
    SELECT * FROM unnest(%(sensors)s::text[], %(names)s::text[], %(counts)s::bigint[], %(values)s::text[])
        AS told (sensor_id, name, count, value)
), known AS (
    SELECT sensor_id, count(*) AS names FROM unmapped_metric WHERE sensor_id = ANY (%(sensors)s) GROUP BY sensor_id
), placed AS (
    SELECT told.sensor_id, told.count, told.value,
           CASE WHEN row_number() OVER (PARTITION BY told.sensor_id, seen.name IS NULL ORDER BY told.name)
                     + coalesce(known.names, 0) <= %(most)s OR seen.name IS NOT NULL THEN told.name ELSE '' END AS name
    FROM told LEFT JOIN known USING (sensor_id)
    LEFT JOIN unmapped_metric AS seen ON seen.sensor_id = told.sensor_id AND seen.name = told.name
)
INSERT INTO unmapped_metric (sensor_id, name, count, first_seen, last_seen, last_value)
SELECT sensor_id, name, sum(count), %(now)s, %(now)s, max(value) FROM placed GROUP BY 1, 2 ORDER BY 1, 2
ON CONFLICT (sensor_id, name) DO UPDATE
SET count = unmapped_metric.count + EXCLUDED.count, last_seen = EXCLUDED.last_seen, last_value = EXCLUDED.last_value

-- name: unmapped_frame
-- What devices send under names that nobody mapped, by kind and name.
SELECT sensor.kind, unmapped_metric.name, count(*) AS sensors, sum(unmapped_metric.count)::bigint AS count,
       min(first_seen) AS first_seen, max(last_seen) AS last_seen,
       (array_agg(last_value ORDER BY last_seen DESC))[1] AS last_value
FROM unmapped_metric JOIN sensor USING (sensor_id)
GROUP BY 1, 2 ORDER BY count DESC, 1, 2 LIMIT %(limit)s

-- name: load_mappings
-- Which metrics are meant by names of the devices' own.
SELECT kind, name, metric, unit FROM metric_mapping ORDER BY kind, name

-- name: set_mapping
-- Say which metric is meant; the same name again replaces it.
INSERT INTO metric_mapping (kind, name, metric, unit) VALUES (%(kind)s, %(name)s, %(metric)s, %(unit)s)
ON CONFLICT (kind, name) DO UPDATE SET metric = EXCLUDED.metric, unit = EXCLUDED.unit

-- name: forget_unmapped
-- What is mapped needs no list.
DELETE FROM unmapped_metric USING sensor
WHERE sensor.sensor_id = unmapped_metric.sensor_id AND sensor.kind = %(kind)s AND unmapped_metric.name = %(name)s

-- name: remove_mapping
-- From now on the name means nothing again.
DELETE FROM metric_mapping WHERE kind = %(kind)s AND name = %(name)s

-- name: note_missing
-- Count values that are missing. One that is not newer than the last of its series was counted already.
INSERT INTO missing_value (series_id, count, first_time, last_time)
SELECT told.series_id, count(DISTINCT told.time), min(told.time), max(told.time)
FROM (SELECT series_id, timestamptz 'epoch' + time * interval '1 microsecond' AS time
      FROM unnest(%(series)s::integer[], %(time)s::bigint[]) AS told (series_id, time)) AS told
LEFT JOIN missing_value AS known USING (series_id)
WHERE known.last_time IS NULL OR told.time > known.last_time
GROUP BY told.series_id ORDER BY told.series_id
ON CONFLICT (series_id) DO UPDATE
SET count = missing_value.count + EXCLUDED.count, last_time = greatest(missing_value.last_time, EXCLUDED.last_time)

-- name: missing_frame
-- Values that devices said are missing, the newest first.
SELECT series.sensor_id, series.metric, missing_value.count, first_time, last_time
FROM missing_value JOIN series USING (series_id) ORDER BY last_time DESC, 1, 2 LIMIT %(limit)s
