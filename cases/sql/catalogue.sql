-- name: catalogue_in_force
-- The version that counts for what is filed and dispatched now.
SELECT version, edition FROM case_catalogue ORDER BY version DESC LIMIT 1

-- name: catalogue_version
-- One version, as it was stored.
SELECT version, edition, imported_at, imported_by FROM case_catalogue WHERE version = %(version)s

-- name: catalogue_versions
-- Every version, the one in force first, with what it holds.
SELECT version, edition, imported_at, imported_by,
       (SELECT count(*) FROM case_category WHERE case_category.version = case_catalogue.version) AS categories,
       (SELECT count(*) FROM department WHERE department.version = case_catalogue.version) AS departments,
       (SELECT count(*) FROM responsibility WHERE responsibility.version = case_catalogue.version) AS rules
FROM case_catalogue ORDER BY version DESC LIMIT %(most)s

-- name: lock_catalogue
-- Of two imports at once the second waits, and compares with what the first has made.
SELECT pg_advisory_xact_lock(hashtext('cityops case catalogue'))

-- name: new_catalogue
-- The next version.
INSERT INTO case_catalogue (edition, imported_at, imported_by) VALUES (%(edition)s, %(now)s, %(actor)s)
RETURNING version

-- name: store_departments
-- The departments of a version.
INSERT INTO department (version, place, code, kind, name_zh, name_en)
SELECT %(version)s, part.*
FROM jsonb_to_recordset(%(rows)s::jsonb) AS part (place integer, code text, kind text, name_zh text, name_en text)

-- name: store_categories
-- The categories of a version.
INSERT INTO case_category (version, place, category, kind, code, name_zh, name_en, department)
SELECT %(version)s, part.*
FROM jsonb_to_recordset(%(rows)s::jsonb)
     AS part (place integer, category text, kind text, code text, name_zh text, name_en text, department text)

-- name: store_standards
-- The conditions of a version.
INSERT INTO filing_standard (version, place, standard, category, condition_zh, condition_en, severity)
SELECT %(version)s, part.*
FROM jsonb_to_recordset(%(rows)s::jsonb)
     AS part (place integer, standard text, category text, condition_zh text, condition_en text, severity smallint)

-- name: store_stages
-- The stages of a version.
INSERT INTO filing_stage (version, standard, place, closing_zh, closing_en, limit_value, limit_unit, day_rule)
SELECT %(version)s, part.*
FROM jsonb_to_recordset(%(rows)s::jsonb)
     AS part (standard text, place integer, closing_zh text, closing_en text, limit_value numeric, limit_unit text,
              day_rule text)

-- name: store_responsibilities
-- The rules of a version.
INSERT INTO responsibility (version, place, category, area, component, role, department, priority, valid_from,
                            valid_until, source)
SELECT %(version)s, part.*
FROM jsonb_to_recordset(%(rows)s::jsonb)
     AS part (place integer, category text, area text, component text, role text, department text, priority integer,
              valid_from date, valid_until date, source text)

-- name: departments
-- The departments of a version.
SELECT code, kind, name_zh, name_en FROM department WHERE version = %(version)s ORDER BY place

-- name: categories
-- The categories of a version.
SELECT category, kind, code, name_zh, name_en, department
FROM case_category WHERE version = %(version)s ORDER BY place

-- name: standards
-- The conditions of a version with their stages; of one category, or of all (NULL).
SELECT standard, category, condition_zh, condition_en, severity,
       (SELECT jsonb_agg(jsonb_build_array(closing_zh, closing_en, limit_value::text, limit_unit, day_rule)
                         ORDER BY stage.place)
        FROM filing_stage AS stage
        WHERE stage.version = filing_standard.version AND stage.standard = filing_standard.standard) AS stages
FROM filing_standard
WHERE version = %(version)s AND (%(category)s::text IS NULL OR category = %(category)s)
ORDER BY place

-- name: responsibilities
-- The rules of a version; those that may say something of one category, or all (NULL).
SELECT category, area, department, role, component, priority, valid_from, valid_until, source
FROM responsibility
WHERE version = %(version)s AND (%(category)s::text IS NULL OR starts_with(%(category)s, category))
ORDER BY place

-- name: past_dispatches
-- Cases that were dispatched since a time, the last first, and who led them: to try changed rules on.
SELECT case_id, category, area_code, dispatched_at, lead_department
FROM city_case WHERE dispatched_at >= %(since)s AND lead_department <> ''
ORDER BY dispatched_at DESC LIMIT %(most)s

-- name: past_clocks
-- The cases of some conditions that were dispatched since a time, the last first: to try changed limits on.
SELECT case_id, standard, snapshot, handled_at, ended_at
FROM city_case WHERE dispatched_at >= %(since)s AND standard = ANY (%(standards)s)
ORDER BY dispatched_at DESC LIMIT %(most)s
