-- The data sets that everybody may have. This is the only place of SQL that says which they are; in words:
-- sharing/datasets/grades.py, and a test holds the two against each other. What gives data away joins these views, so
-- that a set which is withdrawn is gone with the next question.
CREATE VIEW portal.data_set AS
SELECT data_set.name, subject, data_set.kind, title_zh, title_en, notes_zh, notes_en, provider,
       coalesce(giver.name_zh, provider) AS provider_zh, coalesce(giver.name_en, provider) AS provider_en,
       update_cycle, category, general_grade, licence, decided_at, data_set.version
FROM public.data_set
LEFT JOIN public.department AS giver
       ON giver.code = provider AND giver.version = (SELECT max(version) FROM public.case_catalogue)
WHERE open_type = 'open' AND data_level = 'general' AND NOT personal AND decided_at IS NOT NULL;

-- The kinds of sensors whose readings everybody may have. A sensor of another kind is as absent as one that is not there.
CREATE VIEW portal.open_kind AS
SELECT kind FROM portal.data_set WHERE subject = 'readings';
