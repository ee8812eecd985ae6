-- The data sets that everybody may have. This is the only place of SQL that says which they are; in words:
-- sharing/datasets/grades.py, and a test holds the two against each other. What gives data away joins these views, so
-- that a set which is withdrawn is gone with the next question.
CREATE VIEW portal.data_set AS
SELECT data_set.name, subject, data_set.kind, title_zh, title_en, notes_zh, notes_en, provider,
       coalesce(giver.name_zh, provider) AS provider_zh, coalesce(giver.name_en, provider) AS provider_en,
       update_cycle, category, general_grade, licence, decided_at, data_set.version,
       data_set.kind IS NULL OR data_set.kind IN (SELECT sensor.kind FROM public.sensor) AS has_source
FROM public.data_set
LEFT JOIN public.department AS giver
       ON giver.code = provider AND giver.version = (SELECT max(version) FROM public.case_catalogue)
WHERE open_type = 'open' AND data_level = 'general' AND NOT personal AND decided_at IS NOT NULL;

-- The kinds of sensors whose readings everybody may have. A sensor of another kind is as absent as one that is not there.
CREATE VIEW portal.open_kind AS
SELECT kind FROM portal.data_set WHERE subject = 'readings';

-- What is measured in the sets of a kind, with units.
CREATE VIEW portal.data_field AS
SELECT data_set.name, told.place, metric.metric, metric.name_zh, metric.name_en, metric.unit
FROM portal.data_set
JOIN public.sensor_kind USING (kind)
CROSS JOIN LATERAL unnest(sensor_kind.metrics) WITH ORDINALITY AS told (metric, place)
JOIN public.metric USING (metric);

-- How good the readings of the sets of a kind were.
CREATE VIEW portal.data_quality AS
SELECT data_set.name, quality.kind, first_day, last_day, days, completeness, suspect, bad, delay_seconds
FROM portal.data_set JOIN public.data_quality AS quality USING (kind);

-- The files of them.
CREATE VIEW portal.data_file AS
SELECT data_file.name, period, form, bytes, sha256, rows, made_at
FROM portal.data_set JOIN public.data_file USING (name)
WHERE rows > 0;
