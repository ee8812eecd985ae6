-- name: store_area
-- Import one area; the same code again replaces it.
INSERT INTO area (code, name, name_en, level, parent, geometry)
VALUES (%(code)s, %(name)s, %(name_en)s, %(level)s, %(parent)s, %(geometry)s)
ON CONFLICT (code) DO UPDATE
SET name = EXCLUDED.name, name_en = EXCLUDED.name_en, level = EXCLUDED.level, parent = EXCLUDED.parent,
    geometry = EXCLUDED.geometry, updated_at = now()

-- name: load_areas
-- Every area, for the map and the tree.
SELECT code, name, name_en, level, parent, geometry FROM area ORDER BY code

-- name: store_feature
-- Import one map feature; the same id again replaces it.
INSERT INTO map_feature (feature_id, layer, kind, name, name_en, geometry)
VALUES (%(feature_id)s, %(layer)s, %(kind)s, %(name)s, %(name_en)s, %(geometry)s)
ON CONFLICT (feature_id) DO UPDATE
SET layer = EXCLUDED.layer, kind = EXCLUDED.kind, name = EXCLUDED.name, name_en = EXCLUDED.name_en,
    geometry = EXCLUDED.geometry, updated_at = now()

-- name: load_features
-- Every map feature.
SELECT feature_id, layer, kind, name, name_en, geometry FROM map_feature ORDER BY feature_id

-- name: register_sensors
-- Many sensors at once. The first registration is kept in registered_at, until the sensor is retired; in another area
-- or of another kind it may speak from anywhere.
INSERT INTO sensor (sensor_id, area_code, domain, kind, name, lon, lat, registered_at, updated_at)
SELECT told.*, %(now)s, %(now)s
FROM unnest(%(sensor_ids)s::text[], %(area_codes)s::text[], %(domains)s::text[], %(kinds)s::text[], %(names)s::text[],
            %(lons)s::double precision[], %(lats)s::double precision[]) AS told
ON CONFLICT (sensor_id) DO UPDATE
SET area_code = EXCLUDED.area_code, domain = EXCLUDED.domain, kind = EXCLUDED.kind, name = EXCLUDED.name,
    lon = EXCLUDED.lon, lat = EXCLUDED.lat, updated_at = EXCLUDED.updated_at,
    topic_area = CASE WHEN (sensor.area_code, sensor.kind) = (EXCLUDED.area_code, EXCLUDED.kind)
                      THEN sensor.topic_area END,
    registered_at = CASE WHEN sensor.retired_at IS NULL THEN sensor.registered_at ELSE EXCLUDED.registered_at END,
    retired_at = NULL, retired_reason = NULL, successor = NULL
WHERE (sensor.area_code, sensor.domain, sensor.kind, sensor.name, sensor.lon, sensor.lat)
      IS DISTINCT FROM (EXCLUDED.area_code, EXCLUDED.domain, EXCLUDED.kind, EXCLUDED.name, EXCLUDED.lon, EXCLUDED.lat)
   OR sensor.retired_at IS NOT NULL

-- name: set_sensor_statuses
-- What devices, or their last wills, said of them. Told again it is no news: the broker repeats what is retained. What
-- it kept while nobody listened is new to us, but was said at a moment that nobody knows. One that said something else
-- in between says it anew.
UPDATE sensor SET status = told.status, status_at = told.said_at
FROM unnest(%(sensor_ids)s::text[], %(statuses)s::text[], %(said_at)s::timestamptz[], %(anew)s::boolean[])
     AS told (sensor_id, status, said_at, anew)
WHERE sensor.sensor_id = told.sensor_id AND (told.anew OR sensor.status IS DISTINCT FROM told.status)

-- name: stored_kinds
-- The sensor kinds that a sensor may have.
SELECT kind FROM sensor_kind

-- name: known_sensors
-- Which of these sensors are registered, as what, where they speak, and whether they are retired.
SELECT sensor_id, kind, topic_area, retired_at FROM sensor WHERE sensor_id = ANY (%(sensor_ids)s)

-- name: find_series
-- The series of these (sensor, metric) pairs, as far as they exist.
SELECT series_id, sensor_id, metric
FROM series JOIN unnest(%(sensors)s::text[], %(metrics)s::text[]) AS wanted (sensor_id, metric) USING (sensor_id, metric)

-- name: make_series
-- Make the series that are missing.
INSERT INTO series (sensor_id, metric)
SELECT * FROM unnest(%(sensors)s::text[], %(metrics)s::text[]) AS wanted (sensor_id, metric)
ON CONFLICT DO NOTHING

-- name: sensor_frame
-- Every sensor that is not retired, for the map; or the retired ones, for those who look for them.
SELECT sensor_id, area_code, domain, kind, name, lon, lat, status, status_at, registered_at, retired_at, retired_reason
FROM sensor WHERE (retired_at IS NOT NULL) = %(retired)s ORDER BY sensor_id

-- name: registry_fingerprint
-- Changes whenever an area, a map feature or a sensor is added or edited, and costs next to nothing.
SELECT concat_ws(' ',
    (SELECT concat(count(*), ' ', max(updated_at)) FROM sensor),
    (SELECT concat(count(*), ' ', max(updated_at)) FROM area),
    (SELECT concat(count(*), ' ', max(updated_at)) FROM map_feature))

-- name: remove_features
-- Forget the map features of one layer.
DELETE FROM map_feature WHERE layer = %(layer)s

-- name: remove_listed_features
-- Forget some map features.
DELETE FROM map_feature WHERE feature_id = ANY (%(features)s)

-- name: free_children
-- Areas below those that will be removed stand at the top from now on.
UPDATE area SET parent = NULL, updated_at = now() WHERE parent = ANY (%(areas)s) AND code <> ALL (%(areas)s)

-- name: remove_areas
-- Forget some areas.
DELETE FROM area WHERE code = ANY (%(areas)s)
