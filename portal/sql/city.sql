-- name: services
-- The categories that are open to report.
SELECT category, name_zh, name_en, group_zh, group_en, keywords, is_personal FROM portal.service ORDER BY place

-- name: conditions
-- The conditions of the categories.
SELECT category, standard, condition_zh, condition_en FROM portal.service_condition ORDER BY place

-- name: areas
-- The city and its districts.
SELECT code, name, name_en, level, parent, geometry FROM portal.area ORDER BY code

-- name: air
-- What stations say, by district and metric.
SELECT area_code, metric, mean, in_time, stations, newest_at FROM portal.city_now

-- name: detectors
-- The newest values of the detectors of traffic.
SELECT sensor_id, lon, lat, metric, value, time, in_time FROM portal.detector ORDER BY sensor_id, metric

-- name: features
-- What the map is drawn of.
SELECT feature_id, layer, kind, name, name_en, geometry FROM portal.map_feature ORDER BY feature_id

-- name: warnings
-- The warnings in force, the most severe first.
SELECT rule_id, title_zh, title_en, advice_zh, advice_en, severity, area_code, since, is_uncertain
FROM portal.warning ORDER BY severity, since, rule_id, area_code

-- name: figures
-- How districts handled cases, the newest month first.
SELECT month, is_final, counts_until, area_code, indicator, numerator, denominator, value
FROM portal.district_figures WHERE month > %(after)s ORDER BY month DESC, area_code, indicator

-- name: find_key
-- The name of the program that brings a key.
SELECT portal.find_key(%(key_hash)s)

-- name: show_life
-- The public's pages are served, or end because somebody said so.
SELECT portal.show_life(%(now)s, %(is_ending)s)

-- name: is_ready
-- Whether the schema of the portal is there.
SELECT to_regclass('portal.report') IS NOT NULL AND to_regclass('portal.service') IS NOT NULL
