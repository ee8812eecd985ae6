-- name: unheard_devices
-- Devices of a kind, or of all, that never reported, or whose messages were refused since one was last taken; and those
-- on which alerts hang. A series is NULL where none was made yet; what was stored by another way than ingest counts.
SELECT series.series_id, sensor.sensor_id, sensor.kind, sensor.area_code AS area, sensor.registered_at,
       ledger.heard_at IS NOT NULL OR stored.some AS has_reported,
       coalesce(ledger.refused_run, 0) AS refused, ledger.refused_since,
       greatest(sensor_kind.interval_seconds, ledger.interval_seconds) AS interval_seconds
FROM sensor JOIN sensor_kind USING (kind) LEFT JOIN ledger USING (sensor_id)
LEFT JOIN series ON series.sensor_id = sensor.sensor_id AND series.metric = sensor_kind.metrics[1]
CROSS JOIN LATERAL (
    SELECT ledger.heard_at IS NULL AND EXISTS (
        SELECT FROM series AS one JOIN latest USING (series_id) WHERE one.sensor_id = sensor.sensor_id) AS some
) AS stored
WHERE sensor.retired_at IS NULL AND %(kind)s IN ('*', sensor.kind)
  AND (ledger.refused_run > 0 OR series.series_id = ANY (%(own)s) OR (ledger.heard_at IS NULL AND NOT stored.some))
ORDER BY sensor.sensor_id

-- name: make_first_series
-- The series on which an alert of a device can hang that never measured anything.
INSERT INTO series (sensor_id, metric)
SELECT sensor_id, metrics[1] FROM sensor JOIN sensor_kind USING (kind) WHERE sensor_id = ANY (%(sensors)s)
ON CONFLICT DO NOTHING
RETURNING sensor_id, series_id

-- name: last_heard
-- When we last listened: a report was taken, or a worker that has its broker showed life.
SELECT greatest((SELECT max(heard_at) FROM ledger),
                (SELECT max(beat_at) FROM heartbeat
                 WHERE starts_with(service, 'ingest/') AND facts @> '{"broker": true}' AND NOT stopped))

-- name: note_missing_reports
-- What is missing of each device now. What grows within the span adds up; a hole that is filled takes it back.
WITH present AS (
    SELECT sensor_id, missing_before + run_missing(run_first, run_last, run_seen) AS missing FROM ledger
    WHERE run_first IS NOT NULL
)
INSERT INTO missing_report AS known (sensor_id, missing, grown, grew_at)
SELECT present.sensor_id, present.missing, present.missing, %(now)s FROM present
LEFT JOIN missing_report AS before USING (sensor_id)
WHERE present.missing <> coalesce(before.missing, 0)
ORDER BY present.sensor_id
ON CONFLICT (sensor_id) DO UPDATE SET
    missing = EXCLUDED.missing,
    grown = greatest(0, EXCLUDED.missing - known.missing
                     + CASE WHEN known.grew_at > %(since)s THEN known.grown ELSE 0 END),
    grew_at = CASE WHEN EXCLUDED.missing > known.missing THEN EXCLUDED.grew_at ELSE known.grew_at END

-- name: missing_reports
-- The devices of a kind, or of all, of which reports came to be missing since a moment.
SELECT series.series_id, sensor.sensor_id, sensor.kind, sensor.area_code AS area, grown
FROM missing_report JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind)
JOIN series ON series.sensor_id = sensor.sensor_id AND series.metric = sensor_kind.metrics[1]
WHERE grew_at > %(since)s AND grown > 0 AND %(kind)s IN ('*', sensor.kind)
