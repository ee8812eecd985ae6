-- What SensorThings shows of sensors and readings: those of kinds whose readings are graded open (portal.open_kind), and
-- of nothing else a sign. docs/explanation/sensorthings.md tells which entity is which view.
--
-- A filter that a stranger writes runs beside the joins below, maybe before them. It must therefore be unable to fail
-- on a row that is hidden, for a failure would tell: portal/sql/sensorthings.sql has no operator that can.

CREATE VIEW portal.open_sensor AS
SELECT sensor.sensor_id, sensor.name, sensor_kind.name_zh || ' ' || sensor_kind.name_en AS description, sensor.kind,
       sensor.domain, sensor.area_code, sensor.lon, sensor.lat, point(sensor.lon, sensor.lat) AS place,
       sensor.registered_at
FROM sensor JOIN sensor_kind USING (kind)
WHERE kind IN (SELECT kind FROM portal.open_kind);

CREATE VIEW portal.open_sensor_kind AS
SELECT kind, name_zh, name_en, domain, metrics, interval_seconds FROM sensor_kind
WHERE kind IN (SELECT kind FROM portal.open_kind);

CREATE VIEW portal.open_metric AS
SELECT metric, name_zh, name_en, unit FROM metric
WHERE EXISTS (SELECT FROM portal.open_sensor_kind WHERE metric.metric = ANY (metrics));

-- `first_at`: the beginning of the first day that is rolled up, so that no history is looked through for it. The first
-- row in the order of the index costs half of what min() does, for each of ten thousand series.
CREATE VIEW portal.open_series AS
SELECT series.series_id, series.sensor_id, series.metric, sensor.kind, sensor.domain, sensor.area_code,
       sensor.name || ' ' || metric.name_zh AS name, metric.name_en || ' ' || series.sensor_id AS description,
       metric.unit, sensor.lon, sensor.lat, point(sensor.lon, sensor.lat) AS place, latest.time AS newest_at,
       least((SELECT bucket FROM rolled_1d WHERE rolled_1d.series_id = series.series_id ORDER BY bucket LIMIT 1),
             latest.time) AS first_at
FROM series JOIN sensor USING (sensor_id) JOIN metric USING (metric) LEFT JOIN latest USING (series_id)
WHERE kind IN (SELECT kind FROM portal.open_kind);

-- The newest reading of each series, and all of them. `observation_id` is the series and the microsecond.
CREATE VIEW portal.open_latest AS
SELECT latest.series_id, series.sensor_id, latest.time, latest.value, latest.quality,
       latest.series_id || '-' || (extract(epoch FROM latest.time) * 1000000)::bigint AS observation_id
FROM latest JOIN series USING (series_id) JOIN sensor USING (sensor_id)
WHERE kind IN (SELECT kind FROM portal.open_kind);

CREATE VIEW portal.open_reading AS
SELECT reading.series_id, series.sensor_id, reading.time, reading.value, reading.quality,
       reading.series_id || '-' || (extract(epoch FROM reading.time) * 1000000)::bigint AS observation_id
FROM reading JOIN series USING (series_id) JOIN sensor USING (sensor_id)
WHERE kind IN (SELECT kind FROM portal.open_kind);
