-- name: open_sets
-- The data sets that everybody may have; of kinds of which the city has a sensor.
SELECT name, subject, kind, title_zh, title_en, notes_zh, notes_en, provider, provider_zh, provider_en, update_cycle,
       category, general_grade, licence, decided_at
FROM portal.data_set WHERE has_source ORDER BY name

-- name: open_fields
-- What is measured in them.
SELECT name, metric, name_zh, name_en, unit FROM portal.data_field ORDER BY name, place

-- name: open_files
-- The files of them; of each set those first that are newest.
SELECT name, period, form, bytes, sha256, rows, made_at FROM portal.data_file ORDER BY name, period DESC, form

-- name: open_file
-- One file, where its set is open now.
SELECT name, period, form, bytes, sha256, rows, made_at FROM portal.data_file
WHERE name = %(name)s AND period = %(period)s AND form = %(form)s

-- name: open_quality
-- How good their readings were.
SELECT name, kind, first_day, last_day, days, completeness, suspect, bad, delay_seconds FROM portal.data_quality
