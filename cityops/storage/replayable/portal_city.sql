-- The city as everybody may see it.

-- Districts, and the city itself, with their outlines.
CREATE VIEW portal.area AS
SELECT code, name, name_en, level, parent, geometry FROM area WHERE level IN ('city', 'district');

-- What the air and the weather are in each district: the mean of what stations say that report in time, how many of them
-- there are, and how old the newest value is of all. A station is in time within three of its intervals.
CREATE VIEW portal.city_now AS
SELECT district.code AS area_code, series.metric,
       avg(latest.value) FILTER (WHERE timely.yes) AS mean,
       count(*) FILTER (WHERE timely.yes)::integer AS in_time, count(*)::integer AS stations,
       max(latest.time) AS newest_at
FROM latest
JOIN series USING (series_id)
JOIN sensor USING (sensor_id)
JOIN sensor_kind USING (kind)
LEFT JOIN ledger USING (sensor_id)
JOIN area AS district ON district.level = 'district' AND starts_with(sensor.area_code, district.code)
CROSS JOIN LATERAL (
    SELECT now() - latest.time <= make_interval(
        secs => 3 * greatest(sensor_kind.interval_seconds, ledger.interval_seconds)) AS yes
) AS timely
WHERE (sensor.kind = 'air_station' AND series.metric IN ('so2', 'no2', 'co', 'o3', 'pm10', 'pm25')
       OR sensor.kind = 'weather_station' AND series.metric IN ('temperature', 'rain_rate'))
  AND latest.quality <= 2
GROUP BY district.code, series.metric;

-- The detectors of traffic with their newest values, of which the index of the whole city is made.
CREATE VIEW portal.detector AS
SELECT sensor.sensor_id, sensor.lon, sensor.lat, series.metric, latest.value, latest.time,
       now() - latest.time <= make_interval(
           secs => 3 * greatest(sensor_kind.interval_seconds, ledger.interval_seconds)) AS in_time
FROM latest
JOIN series USING (series_id)
JOIN sensor USING (sensor_id)
JOIN sensor_kind USING (kind)
LEFT JOIN ledger USING (sensor_id)
WHERE sensor.kind = 'traffic_detector' AND series.metric IN ('speed', 'flow', 'occupancy') AND latest.quality <= 2;

-- What the map is drawn of.
CREATE VIEW portal.map_feature AS
SELECT feature_id, layer, kind, name, name_en, geometry FROM map_feature WHERE layer IN ('road', 'water', 'green');

-- The warnings in force: of rules that have advice for everybody (`advice`), where their condition holds now. By rule and
-- district, not by sensor: how severe, since when, and whether it is no longer certain for want of readings.
CREATE VIEW portal.warning AS
SELECT rule.rule_id, rule.definition -> 'title' ->> 'zh' AS title_zh, rule.definition -> 'title' ->> 'en' AS title_en,
       rule.definition -> 'advice' ->> 'zh' AS advice_zh, rule.definition -> 'advice' ->> 'en' AS advice_en,
       min(alert.severity) AS severity, district.code AS area_code, min(alert.opened_at) AS since,
       bool_and(alert.stale_since IS NOT NULL) AS is_uncertain
FROM alert
JOIN rule USING (rule_id)
JOIN series USING (series_id)
JOIN sensor USING (sensor_id)
LEFT JOIN area AS district ON district.level = 'district' AND starts_with(sensor.area_code, district.code)
WHERE alert.closed_at IS NULL AND alert.active AND alert.suppression = 'none' AND rule.definition ? 'advice'
GROUP BY rule.rule_id, rule.definition, district.code;

-- How the districts handled cases, of each month that was scored, by its last count. Numbers only.
CREATE VIEW portal.district_figures AS
SELECT run.month, run.is_final, run.counts_until, indicator.unit AS area_code, indicator.indicator,
       indicator.numerator::double precision AS numerator, indicator.denominator::double precision AS denominator,
       indicator.value::double precision AS value
FROM (SELECT DISTINCT ON (month) month, score_run_id, is_final, counts_until FROM score_run
      ORDER BY month, score_run_id DESC) AS run
JOIN score_indicator AS indicator USING (score_run_id)
JOIN area ON area.code = indicator.unit AND area.level = 'district'
WHERE indicator.formula = 'area';
