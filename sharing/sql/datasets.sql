-- name: lead_data_sets
-- One program at a time brings and decides sets; until the end of the transaction.
SELECT pg_try_advisory_xact_lock(hashtext('cityops data sets'))

-- name: bring_data_set
-- A set that the city has by itself; one that is there stays as it is.
INSERT INTO data_set (name, subject, kind, title_zh, title_en, notes_zh, notes_en, update_cycle, personal)
VALUES (%(name)s, %(subject)s, %(kind)s, %(title_zh)s, %(title_en)s, %(notes_zh)s, %(notes_en)s, %(update_cycle)s,
        %(personal)s)
ON CONFLICT (name) DO NOTHING

-- name: data_sets
-- All sets.
SELECT name, subject, kind, title_zh, title_en, notes_zh, notes_en, provider, update_cycle, share_type, share_condition,
       open_type, category, data_level, general_grade, personal, licence, basis, decided_by, decided_at, version
FROM data_set ORDER BY subject, name

-- name: one_data_set
-- One set.
SELECT name, subject, kind, title_zh, title_en, notes_zh, notes_en, provider, update_cycle, share_type, share_condition,
       open_type, category, data_level, general_grade, personal, licence, basis, decided_by, decided_at, version
FROM data_set WHERE name = %(name)s

-- name: decide_data_set
-- What was decided of a set that was seen at a version. No row: it has another by now.
UPDATE data_set
SET provider = %(provider)s, update_cycle = %(update_cycle)s, share_type = %(share_type)s,
    share_condition = %(share_condition)s, open_type = %(open_type)s, category = %(category)s,
    data_level = %(data_level)s, general_grade = %(general_grade)s, personal = %(personal)s, licence = %(licence)s,
    basis = %(basis)s, decided_by = %(actor)s, decided_at = %(now)s, version = version + 1
WHERE name = %(name)s AND version = %(seen)s
RETURNING version
