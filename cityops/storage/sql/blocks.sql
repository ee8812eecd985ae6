-- name: store_block
-- Refuse a sensor from now on; one that is blocked already stays as it is.
INSERT INTO blocked_sensor (sensor_id, blocked_by, blocked_at, reason)
VALUES (%(sensor)s, %(actor)s, %(now)s, %(reason)s) ON CONFLICT DO NOTHING

-- name: remove_block
-- Let a sensor in again.
DELETE FROM blocked_sensor WHERE sensor_id = %(sensor)s

-- name: blocked_sensors
-- Whom the broker is to refuse.
SELECT sensor_id FROM blocked_sensor ORDER BY sensor_id

-- name: count_refused
-- Messages of blocked sensors that were thrown away. In order, so that two workers cannot wait for each other.
UPDATE blocked_sensor SET refused = refused + told.count, refused_at = %(now)s
FROM (SELECT sensor_id, count FROM unnest(%(sensors)s::text[], %(counts)s::bigint[]) AS told (sensor_id, count)
      ORDER BY sensor_id) AS told
WHERE blocked_sensor.sensor_id = told.sensor_id
