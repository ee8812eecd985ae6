-- name: lock_identities
-- What is known of these ids, locked: of two workers that hear of one id at once, the second sees what the first did.
SELECT sensor.sensor_id, sensor.area_code, sensor.domain, sensor.kind, sensor.name, sensor.lon, sensor.lat,
       sensor.topic_area, sensor.retired_at, sensor.successor,
       device.area_code AS device_area, device.kind AS device_kind, device.name AS device_name,
       device.domain AS device_domain, device.lon AS device_lon, device.lat AS device_lat,
       rival.area_code AS rival_area, rival.kind AS rival_kind, rival.name AS rival_name,
       rival.domain AS rival_domain, rival.lon AS rival_lon, rival.lat AS rival_lat,
       EXISTS (SELECT FROM registration WHERE registration.sensor_id = sensor.sensor_id AND source = 'registry')
           AS in_registry
FROM sensor
LEFT JOIN registration AS device
    ON device.sensor_id = sensor.sensor_id AND device.source = 'device' AND device.emptied_at IS NULL
LEFT JOIN registration AS rival ON rival.sensor_id = sensor.sensor_id AND rival.source = 'rival'
WHERE sensor.sensor_id = ANY (%(sensor_ids)s)
ORDER BY sensor.sensor_id FOR UPDATE OF sensor

-- name: add_sensors
-- Devices introduce themselves; those that another worker was first with are left out. In order of the sensor, so that
-- two workers cannot wait for each other.
WITH told AS (
    SELECT * FROM unnest(%(sensor_id)s::text[], %(area)s::text[], %(domain)s::text[], %(kind)s::text[], %(name)s::text[],
                         %(lon)s::double precision[], %(lat)s::double precision[])
        AS told (sensor_id, area, domain, kind, name, lon, lat)
), added AS (
    INSERT INTO sensor (sensor_id, area_code, domain, kind, name, lon, lat, topic_area, registered_at, updated_at)
    SELECT sensor_id, area, domain, kind, name, lon, lat, area, %(now)s, %(now)s FROM told ORDER BY sensor_id
    ON CONFLICT (sensor_id) DO NOTHING
    RETURNING sensor_id
)
INSERT INTO registration (sensor_id, source, area_code, domain, kind, name, lon, lat, said_at)
SELECT sensor_id, %(source)s, area, domain, kind, name, lon, lat, %(now)s FROM told JOIN added USING (sensor_id)
RETURNING sensor_id

-- name: put_in_force
-- What is true of a sensor from now on; one that was retired is back, as if it were new.
UPDATE sensor
SET area_code = %(area)s, domain = %(domain)s, kind = %(kind)s, name = %(name)s, lon = %(lon)s, lat = %(lat)s,
    topic_area = %(topic_area)s, updated_at = %(now)s, retired_at = NULL, retired_reason = NULL, successor = NULL,
    registered_at = CASE WHEN retired_at IS NULL THEN registered_at ELSE %(now)s END
WHERE sensor_id = %(sensor_id)s

-- name: put_registration
-- What one source says of a sensor.
INSERT INTO registration (sensor_id, source, area_code, domain, kind, name, lon, lat, said_at)
VALUES (%(sensor_id)s, %(source)s, %(area)s, %(domain)s, %(kind)s, %(name)s, %(lon)s, %(lat)s, %(now)s)
ON CONFLICT (sensor_id, source) DO UPDATE
SET area_code = EXCLUDED.area_code, domain = EXCLUDED.domain, kind = EXCLUDED.kind, name = EXCLUDED.name,
    lon = EXCLUDED.lon, lat = EXCLUDED.lat, said_at = EXCLUDED.said_at, emptied_at = NULL

-- name: registry_says
-- The registry's word on many sensors, after they were stored. Whoever used an id beside it may speak again.
WITH resolved AS (DELETE FROM registration WHERE source = 'rival' AND sensor_id = ANY (%(sensor_ids)s))
INSERT INTO registration (sensor_id, source, area_code, domain, kind, name, lon, lat, said_at)
SELECT sensor_id, 'registry', area_code, domain, kind, name, lon, lat, %(now)s FROM sensor
WHERE sensor_id = ANY (%(sensor_ids)s)
ON CONFLICT (sensor_id, source) DO UPDATE
SET area_code = EXCLUDED.area_code, domain = EXCLUDED.domain, kind = EXCLUDED.kind, name = EXCLUDED.name,
    lon = EXCLUDED.lon, lat = EXCLUDED.lat, said_at = EXCLUDED.said_at

-- name: drop_registration
-- A source takes back what it said.
DELETE FROM registration WHERE sensor_id = %(sensor_id)s AND source = %(source)s

-- name: empty_registration
-- The device took its registration back; the registry's word stays in force.
UPDATE registration SET emptied_at = %(now)s WHERE sensor_id = %(sensor_id)s AND source = 'device'

-- name: retire_sensor
-- The end of a device; its readings stay. What it said of itself is no longer what it says.
WITH gone AS (DELETE FROM registration WHERE sensor_id = %(sensor_id)s AND source <> 'registry')
UPDATE sensor
SET retired_at = %(now)s, retired_reason = %(reason)s, successor = %(successor)s, topic_area = NULL,
    status = 'unknown', status_at = NULL, updated_at = %(now)s
WHERE sensor_id = %(sensor_id)s AND retired_at IS NULL

-- name: note_rivals
-- Second devices that were heard on topics of another area.
INSERT INTO registration (sensor_id, source, area_code, domain, said_at)
SELECT DISTINCT ON (told.sensor_id) told.sensor_id, 'rival', told.area, told.domain, %(now)s
FROM unnest(%(sensor_ids)s::text[], %(areas)s::text[], %(domains)s::text[]) AS told (sensor_id, area, domain)
JOIN sensor USING (sensor_id)
ORDER BY told.sensor_id
ON CONFLICT (sensor_id, source) DO UPDATE SET said_at = EXCLUDED.said_at

-- name: bind_areas
-- Sensors that speak for the first time, and where. Of two at once, the first counts.
UPDATE sensor SET topic_area = told.area
FROM unnest(%(sensor_ids)s::text[], %(areas)s::text[]) AS told (sensor_id, area)
WHERE sensor.sensor_id = told.sensor_id AND sensor.topic_area IS NULL
RETURNING sensor.sensor_id

-- name: sensors_changed
-- Which sensors changed in transactions that had not ended when `since` was current, and what is current now.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS current,
       CASE WHEN %(since)s::text IS NULL THEN '{}'
            ELSE ARRAY(SELECT sensor_id FROM sensor
                       WHERE changed_in >= (%(since)s::text)::xid8
                         AND changed_in < pg_snapshot_xmax(pg_current_snapshot())) END AS sensor_ids

-- name: identity_frame
-- Every sensor beside what each source says of it, for people.
SELECT sensor.sensor_id, sensor.name, sensor.kind, sensor.area_code, sensor.lon, sensor.lat, sensor.retired_at,
       sensor.retired_reason, sensor.successor,
       said.source, said.area_code AS said_area, said.kind AS said_kind, said.name AS said_name, said.lon AS said_lon,
       said.lat AS said_lat, said.said_at, said.emptied_at
FROM sensor LEFT JOIN registration AS said ON said.sensor_id = sensor.sensor_id AND said.source <> 'registry'
WHERE sensor.retired_at IS NOT NULL OR said.source = 'rival' OR said.emptied_at IS NOT NULL
   OR EXISTS (SELECT FROM registration AS registry
              WHERE registry.sensor_id = sensor.sensor_id AND registry.source = 'registry'
                AND said.source = 'device'
                AND (said.area_code, said.kind, said.name, said.lon, said.lat)
                    IS DISTINCT FROM (sensor.area_code, sensor.kind, sensor.name, sensor.lon, sensor.lat))
ORDER BY sensor.sensor_id, said.source

-- name: copy_sensor
-- The same device under another id. Nothing when that id is taken.
INSERT INTO sensor (sensor_id, area_code, domain, kind, name, lon, lat, status, status_at, registered_at, updated_at)
SELECT %(new_id)s, area_code, domain, kind, name, lon, lat, status, status_at, registered_at, %(now)s
FROM sensor WHERE sensor_id = %(sensor_id)s
ON CONFLICT (sensor_id) DO NOTHING

-- name: move_series
-- The series that the other sensor does not have go over whole: readings, roll-ups and alerts with them.
UPDATE series SET sensor_id = %(new_id)s
WHERE sensor_id = %(sensor_id)s
  AND metric NOT IN (SELECT metric FROM series AS other WHERE other.sensor_id = %(new_id)s)

-- name: copy_shared_readings
-- Of the series that both have, the readings are added to the other's; where it has one of that moment, that stays.
INSERT INTO reading (time, series_id, value, quality)
SELECT reading.time, target.series_id, reading.value, reading.quality
FROM series AS source JOIN series AS target ON target.metric = source.metric AND target.sensor_id = %(new_id)s
JOIN reading ON reading.series_id = source.series_id
WHERE source.sensor_id = %(sensor_id)s
ON CONFLICT DO NOTHING

-- name: move_ledger
-- What was counted of a device goes on under its new id.
UPDATE ledger SET sensor_id = %(new_id)s
WHERE sensor_id = %(sensor_id)s AND NOT EXISTS (SELECT FROM ledger AS other WHERE other.sensor_id = %(new_id)s)
