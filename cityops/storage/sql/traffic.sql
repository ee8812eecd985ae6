-- name: passages
-- What each detector of a kind ('*': any) that was heard within a day saw of some minutes, in sums: flow and flow by
-- speed, readings and readings by speed, minutes in which vehicles stood, minutes that were reported.
WITH detectors AS MATERIALIZED (
    SELECT sensor.sensor_id, sensor.kind, sensor.area_code AS area, speed.series_id,
           flow.series_id AS flow_id, occupancy.series_id AS occupancy_id
    FROM sensor JOIN series AS speed ON speed.sensor_id = sensor.sensor_id AND speed.metric = 'speed'
    JOIN latest ON latest.series_id = speed.series_id AND latest.time >= %(until)s::timestamptz - interval '1 day'
    LEFT JOIN series AS flow ON flow.sensor_id = sensor.sensor_id AND flow.metric = 'flow'
    LEFT JOIN series AS occupancy ON occupancy.sensor_id = sensor.sensor_id AND occupancy.metric = 'occupancy'
    WHERE %(kind)s IN ('*', sensor.kind)
), minutes AS MATERIALIZED (
    SELECT series_id, bucket, mean, weight FROM reading_1m
    WHERE bucket >= %(since)s AND bucket < %(until)s
      AND series_id = ANY (ARRAY(SELECT unnest(ARRAY[series_id, flow_id, occupancy_id]) FROM detectors))
)
SELECT detectors.series_id, detectors.sensor_id, detectors.kind, detectors.area,
       coalesce(sum(flow.mean) FILTER (WHERE speed.mean > 0 AND flow.mean > 0), 0) AS vehicles,
       coalesce(sum(flow.mean / speed.mean) FILTER (WHERE speed.mean > 0 AND flow.mean > 0), 0) AS travel,
       coalesce(sum(speed.weight) FILTER (WHERE speed.mean > 0), 0)::double precision AS readings,
       coalesce(sum(speed.weight / speed.mean) FILTER (WHERE speed.mean > 0), 0) AS slowness,
       count(*) FILTER (WHERE speed.bucket IS NOT NULL AND speed.mean IS NULL
                          AND (flow.mean > 0 OR occupancy.mean > 0)) AS stood,
       count(speed.bucket) AS heard
FROM detectors LEFT JOIN minutes AS speed ON speed.series_id = detectors.series_id
LEFT JOIN minutes AS flow ON flow.series_id = detectors.flow_id AND flow.bucket = speed.bucket
LEFT JOIN minutes AS occupancy ON occupancy.series_id = detectors.occupancy_id AND occupancy.bucket = speed.bucket
GROUP BY detectors.series_id, detectors.sensor_id, detectors.kind, detectors.area

-- name: newest_passing
-- What was the newest reading of each series of detectors at a moment, as long as it is not older than a while.
SELECT series.sensor_id, series.metric, newest.value, newest.quality
FROM series CROSS JOIN LATERAL (
    SELECT value, quality FROM reading
    WHERE reading.series_id = series.series_id AND time >= %(since)s AND time <= %(until)s
    ORDER BY time DESC LIMIT 1) AS newest
WHERE series.metric IN ('speed', 'flow', 'occupancy')
ORDER BY series.series_id
