-- What an account of limited scope sees: the schema `scoped` holds a view of the same name for areas and for every
-- relation of `public` that belongs to sensors, however it points at them. A transaction in scope looks there first
-- (`enter_scope`), so no query and no page can forget the scope. A new table gets its view by itself; one that
-- belongs to sensors and has none of these columns fails tests/integration/test_scope.py.
-- The views run with the rights of who asks, and what is written through them must lie in the scope too.
-- Without settings nothing is in scope.

CREATE SCHEMA scoped;

CREATE OR REPLACE FUNCTION in_scope(domain text, area_code text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        (current_setting('cityops.domains', true) = '*'
         OR domain = ANY (string_to_array(current_setting('cityops.domains', true), ',')))
        AND (current_setting('cityops.areas', true) = '*'
             OR EXISTS (SELECT FROM unnest(string_to_array(current_setting('cityops.areas', true), ',')) AS wanted (code)
                        WHERE starts_with(area_code, wanted.code))), false)
$$;

-- Whether somebody's scope lies wholly in the one of this transaction; NULL is the whole city.
CREATE OR REPLACE FUNCTION covers_scope(domains text[], areas text[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        (current_setting('cityops.domains', true) = '*'
         OR domains <@ string_to_array(current_setting('cityops.domains', true), ','))
        AND (current_setting('cityops.areas', true) = '*'
             OR areas IS NOT NULL
                AND NOT EXISTS (SELECT FROM unnest(areas) AS held (code) WHERE NOT EXISTS (
                    SELECT FROM unnest(string_to_array(current_setting('cityops.areas', true), ',')) AS wanted (code)
                    WHERE starts_with(held.code, wanted.code)))), false)
$$;

DROP FUNCTION IF EXISTS case_in_scope; -- the rule of cases is in their view

-- Whether the score of a unit may be seen: an area of the scope, its department, and of the whole city all of them.
-- People lie in no area: cases/counting/score_readers.py says who sees theirs.
CREATE OR REPLACE FUNCTION score_in_scope(scores text, unit text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        current_setting('cityops.areas', true) = '*'
        OR CASE WHEN scores IN ('area', 'street')
                THEN unit ^@ ANY (string_to_array(current_setting('cityops.areas', true), ','))
                WHEN scores IN ('department', 'hotline')
                THEN unit = nullif(current_setting('cityops.department', true), '')
                ELSE current_setting('cityops.areas', true) IS NOT NULL END, false)
$$;

-- The areas of the scope: those that are wanted with all that lies in them, and what lies around them, because a place
-- is told by the names of all of these.
CREATE OR REPLACE FUNCTION areas_in_scope() RETURNS SETOF text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH RECURSIVE seen (code, parent) AS (
        SELECT code, parent FROM public.area
        WHERE current_setting('cityops.areas', true) = '*'
           OR EXISTS (SELECT FROM unnest(string_to_array(current_setting('cityops.areas', true), ',')) AS wanted (code)
                      WHERE starts_with(area.code, wanted.code))
        UNION
        SELECT area.code, area.parent FROM public.area JOIN seen ON area.code = seen.parent
    )
    SELECT code FROM seen
$$;

-- Everybody may know who handed over to whom and when; what a sheet says is of the whole city.
-- With OFFSET nothing can be written through these views: sheets are signed by who sees all of them.
CREATE VIEW scoped.handover WITH (security_invoker) AS
SELECT handover_id, previous, outgoing, signed_at, last_note, NULL::jsonb AS sheet FROM public.handover OFFSET 0;
CREATE VIEW scoped.handover_receipt WITH (security_invoker) AS
SELECT handover_id, outgoing, incoming, received_at FROM public.handover_receipt OFFSET 0;

DO $$
DECLARE
    found record;
    rule text;
BEGIN
    FOR found IN
        SELECT relation.relname AS name, relation.relkind IN ('r', 'p') AS is_table,
               array_agg(attname::text) AS columns
        FROM pg_class AS relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition
          AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = relation.oid AND deptype = 'e') -- of an extension
        GROUP BY relation.oid, relname, relkind
        -- those first that others point at
        ORDER BY array_position(ARRAY['sensor', 'series', 'alert', 'cap_warning', 'city_case', 'citizen_report', 'score'], relname::text) NULLS LAST, relname
    LOOP
        rule := CASE
            WHEN found.name = 'area' THEN 'code IN (SELECT areas_in_scope())'
            -- A case lies in an area of the scope, or the department of the scope has a task in it or was called to
            -- its place. A task that was returned or taken back closes the door. The settings are read once and not
            -- for each case, and no function is called: 50,000 open cases are judged in some milliseconds.
            WHEN found.name = 'city_case' THEN
                $t$(SELECT current_setting('cityops.areas', true) = '*')
                   OR area_code ^@ ANY ((SELECT string_to_array(current_setting('cityops.areas', true), ','))::text[])
                   OR (SELECT current_setting('cityops.department', true) <> '')
                      AND ((SELECT current_setting('cityops.department', true)) = ANY (called_departments)
                           OR EXISTS (SELECT FROM public.case_task
                                      WHERE case_task.case_id = city_case.case_id
                                        AND department = current_setting('cityops.department', true)
                                        AND case_task.state IN ('offered', 'accepted', 'done')))$t$
            -- What people told the city lies where it happened, or where its case is; what lies nowhere is the whole
            -- city's. Who a person is, is seen with the report; what of it is shown: citizens/persons/contact_rights.py.
            WHEN found.name = 'citizen_report' THEN
                $t$(SELECT current_setting('cityops.areas', true) = '*')
                   OR case_id IS NULL
                      AND area_code ^@ ANY ((SELECT string_to_array(current_setting('cityops.areas', true), ','))::text[])
                   OR case_id IN (SELECT case_id FROM scoped.city_case)$t$
            WHEN found.columns @> ARRAY['report_id'] THEN 'report_id IN (SELECT report_id FROM scoped.citizen_report)'
            WHEN found.columns @> ARRAY['reporter_id'] THEN
                'reporter_id IN (SELECT reporter_id FROM scoped.citizen_report)'
            WHEN found.name IN ('score', 'score_count') THEN 'score_in_scope(scores, unit)'
            WHEN found.name = 'score_indicator' THEN
                '(score_run_id, formula, unit) IN (SELECT score_run_id, formula, unit FROM scoped.score)'
            WHEN found.name IN ('topic', 'complaint_forecast', 'cap_warning') THEN -- of areas, whatever they are about
                $t$(SELECT current_setting('cityops.areas', true) = '*')
                   OR area_code ^@ ANY ((SELECT string_to_array(current_setting('cityops.areas', true), ','))::text[])$t$
            WHEN found.columns @> ARRAY['warning_id'] THEN 'warning_id IN (SELECT warning_id FROM scoped.cap_warning)'
            WHEN found.columns @> ARRAY['case_id'] THEN 'case_id IN (SELECT case_id FROM scoped.city_case)'
            WHEN found.columns @> ARRAY['domain', 'area_code'] THEN 'in_scope(domain, area_code)'
            WHEN found.columns @> ARRAY['sensor_id'] THEN 'sensor_id IN (SELECT sensor_id FROM scoped.sensor)'
            WHEN found.columns @> ARRAY['series_id'] THEN 'series_id IN (SELECT series_id FROM scoped.series)'
            WHEN found.columns @> ARRAY['alert_id'] THEN 'alert_id IN (SELECT alert_id FROM scoped.alert)'
            WHEN found.columns @> ARRAY['incident_id'] THEN 'incident_id IN (SELECT incident_id FROM scoped.alert)'
            -- cityops/{area}/{domain}/{sensor}/…
            WHEN found.columns @> ARRAY['topic'] THEN
                'in_scope(split_part(topic, $t$/$t$, 3), split_part(topic, $t$/$t$, 2))'
            WHEN found.name IN ('shift_note', 'wall_hold') THEN 'covers_scope(domains, areas)'
        END;
        IF rule IS NOT NULL THEN
            EXECUTE format('CREATE VIEW scoped.%I WITH (security_invoker) AS SELECT * FROM public.%I WHERE %s %s',
                           found.name, found.name, rule, CASE WHEN found.is_table THEN 'WITH CHECK OPTION' END);
        END IF;
    END LOOP;
    IF to_regrole('cityops_service') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA scoped TO cityops_service;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA scoped TO cityops_service;
    END IF;
END $$;
