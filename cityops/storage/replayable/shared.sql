-- What departments get of each other's data: decision 0145. The schema `shared` holds the doors. The role cityops_shared may
-- call these and do nothing else; which rows and fields come out is decided here, by what was granted, and every read
-- is counted in the same transaction. `share_source` holds what the doors are made of; nobody calls it but they.

CREATE SCHEMA shared;
CREATE SCHEMA share_source;

-- The fields of each subject, in order. `mask`: of a field that tells of a person, what is given unless it was granted:
-- 'null', or 'round', a place to some kilometre. Another field that was not granted is not there at all.
CREATE VIEW share_source.field (subject, place, field, mask) AS
SELECT subject, place, split_part(told, ':', 1), nullif(split_part(told, ':', 2), '')
FROM (VALUES
    ('readings', 'time sensor_id name area_code lon lat metric value unit quality'),
    ('hours', 'time sensor_id name area_code lon lat metric mean min max count unit'),
    ('areas', 'code name name_en level parent geometry'),
    ('alerts', 'alert_id state rule_id title_zh title_en severity domain sensor_id name area_code lon lat metric'
               ' trigger_value limit_value unit opened_at cleared_at closed_at acknowledged_at acknowledged_by:null'),
    ('cases', 'number state kind source category severity area_code lead_department reported_at dispatched_at due_at'
              ' overdue_at handled_at ended_at lon:round lat:round address:null description:null reported_by:null'),
    ('evaluation', 'month formula scores unit points level place is_final made_at')
) AS subjects (subject, list) CROSS JOIN LATERAL string_to_table(list, ' ') WITH ORDINALITY AS fields (told, place);

-- A row as an array of what was granted.
CREATE FUNCTION share_source.masked(doc jsonb, of_subject text, granted text[]) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(CASE WHEN field = ANY (granted) THEN doc -> field
                          WHEN mask = 'round' THEN to_jsonb(round((doc ->> field)::numeric, 2)) END ORDER BY place)
    FROM share_source.field WHERE subject = of_subject AND (field = ANY (granted) OR mask IS NOT NULL)
$$;

-- The sources: what lies in an area, after a key, in the order of the keys.

CREATE VIEW share_source.reading_row AS
SELECT reading.time AS at, series_id, kind, area_code,
       jsonb_build_object('time', reading.time, 'sensor_id', sensor_id, 'name', sensor.name, 'area_code', area_code,
                          'lon', lon, 'lat', lat, 'metric', metric, 'value', reading.value, 'unit', unit,
                          'quality', reading.quality) AS doc
FROM sensor JOIN series USING (sensor_id) JOIN metric USING (metric) JOIN reading USING (series_id);

CREATE VIEW share_source.hour_row AS
SELECT hour.bucket AS at, series_id, kind, area_code,
       jsonb_build_object('time', hour.bucket, 'sensor_id', sensor_id, 'name', sensor.name, 'area_code', area_code,
                          'lon', lon, 'lat', lat, 'metric', metric, 'mean', hour.mean, 'min', hour.min,
                          'max', hour.max, 'count', hour.count, 'unit', unit) AS doc
FROM sensor JOIN series USING (sensor_id) JOIN metric USING (metric) JOIN reading_1h AS hour USING (series_id);

CREATE FUNCTION share_source.readings(
    of_kind text, in_area text, from_time timestamptz, from_series bigint, until timestamptz, most integer)
    RETURNS TABLE (at timestamptz, series_id integer, doc jsonb) LANGUAGE sql STABLE AS $$
    SELECT one.at, one.series_id, one.doc FROM share_source.reading_row AS one
    WHERE kind = of_kind AND starts_with(area_code, in_area) AND one.at >= from_time AND one.at < until
      AND (one.at, one.series_id) > (from_time, from_series)
    ORDER BY one.at, one.series_id LIMIT most
$$;

CREATE FUNCTION share_source.hours(
    of_kind text, in_area text, from_time timestamptz, from_series bigint, until timestamptz, most integer)
    RETURNS TABLE (at timestamptz, series_id integer, doc jsonb) LANGUAGE sql STABLE AS $$
    SELECT one.at, one.series_id, one.doc FROM share_source.hour_row AS one
    WHERE kind = of_kind AND starts_with(area_code, in_area) AND one.at >= from_time AND one.at < until
      AND (one.at, one.series_id) > (from_time, from_series)
    ORDER BY one.at, one.series_id LIMIT most
$$;

-- What a note of `share_late` is about, as far as who reads on has passed it: after a moment, in the order of time. Of
-- readings those that were written late, and others between them; of hours the one hour.
CREATE FUNCTION share_source.noted(
    of_subject text, note share_late, after timestamptz, passed timestamptz, passed_series bigint, most integer)
    RETURNS TABLE (at timestamptz, doc jsonb) LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF of_subject = 'hours' THEN
        RETURN QUERY SELECT one.at, one.doc FROM share_source.hour_row AS one
            WHERE one.series_id = note.series_id AND one.at = note.hour AND one.at > after
              AND (one.at, one.series_id) <= (passed, passed_series) LIMIT most;
    ELSE
        RETURN QUERY SELECT one.at, one.doc FROM share_source.reading_row AS one
            WHERE one.series_id = note.series_id AND one.at >= note.since AND one.at <= note.until AND one.at > after
              AND (one.at, one.series_id) <= (passed, passed_series) ORDER BY one.at LIMIT most;
    END IF;
END $$;

CREATE FUNCTION share_source.areas(in_area text, after text, most integer)
    RETURNS TABLE (key text, doc jsonb) LANGUAGE sql STABLE AS $$
    SELECT code, jsonb_build_object('code', code, 'name', name, 'name_en', name_en, 'level', level, 'parent', parent,
                                    'geometry', geometry)
    FROM area WHERE starts_with(code, in_area) AND code COLLATE "C" > after ORDER BY code COLLATE "C" LIMIT most
$$;

-- Alerts and cases as they are now, each at the place of its last event in the audit chain, whose numbers have no holes
-- and are given in the order of the commits: who reads on from a key misses nothing, and gets what changed once more.
CREATE FUNCTION share_source.alerts(in_area text, after bigint, until bigint, most integer)
    RETURNS TABLE (key text, doc jsonb) LANGUAGE sql STABLE AS $$
    SELECT link.seq::text,
           jsonb_build_object(
               'alert_id', alert_id, 'state', event.to_state, 'rule_id', rule_id,
               'title_zh', rule.definition #>> '{title,zh}', 'title_en', rule.definition #>> '{title,en}',
               'severity', alert.severity, 'domain', sensor.domain, 'sensor_id', sensor_id, 'name', sensor.name,
               'area_code', area_code, 'lon', lon, 'lat', lat, 'metric', metric, 'trigger_value', trigger_value,
               'limit_value', limit_value, 'unit', unit, 'opened_at', opened_at, 'cleared_at', cleared_at,
               'closed_at', closed_at, 'acknowledged_at', acknowledged_at, 'acknowledged_by', acknowledged_by)
    FROM audit_link AS link JOIN alert_event AS event ON alert_event_id = row_id JOIN alert USING (alert_id)
    JOIN rule USING (rule_id) JOIN series USING (series_id) JOIN metric USING (metric) JOIN sensor USING (sensor_id)
    WHERE link.source = 'alert_event' AND link.seq > after AND link.seq <= until AND starts_with(area_code, in_area)
      AND suppression = 'none' -- what was suppressed was never an alert to anybody
      AND NOT EXISTS (SELECT FROM alert_event AS later WHERE later.alert_id = event.alert_id
                      AND later.alert_event_id > event.alert_event_id)
    ORDER BY link.seq LIMIT most
$$;

-- Of a case that somebody reported in confidence, nobody is told what would tell who it was, whatever was granted.
CREATE FUNCTION share_source.cases(in_area text, after bigint, until bigint, most integer)
    RETURNS TABLE (key text, doc jsonb) LANGUAGE sql STABLE AS $$
    SELECT link.seq::text,
           jsonb_build_object(
               'number', number, 'state', state, 'kind', kind, 'source', one.source, 'category', category,
               'severity', severity, 'area_code', area_code, 'lead_department', lead_department,
               'reported_at', reported_at, 'dispatched_at', dispatched_at, 'due_at', due_at, 'overdue_at', overdue_at,
               'handled_at', handled_at, 'ended_at', ended_at)
           || CASE WHEN EXISTS (SELECT FROM citizen_report WHERE case_id = one.case_id AND confidential)
                   THEN jsonb_build_object('lon', round(longitude::numeric, 2), 'lat', round(latitude::numeric, 2))
                   ELSE jsonb_build_object('lon', longitude, 'lat', latitude, 'address', address,
                                           'description', description, 'reported_by', reported_by) END
    FROM audit_link AS link JOIN case_event AS event ON case_event_id = row_id JOIN city_case AS one USING (case_id)
    WHERE link.source = 'case_event' AND link.seq > after AND link.seq <= until AND starts_with(area_code, in_area)
      AND event.seq = one.version
    ORDER BY link.seq LIMIT most
$$;

-- The scores of the newest run of each month, never those of a person; those of the whole city only with the city.
CREATE FUNCTION share_source.evaluation(in_area text, after text[], most integer)
    RETURNS TABLE (key text, doc jsonb) LANGUAGE sql STABLE AS $$
    SELECT concat_ws('|', score_run_id, formula, unit),
           jsonb_build_object('month', month, 'formula', formula, 'scores', scores, 'unit', unit, 'points', points,
                              'level', level, 'place', place, 'is_final', is_final, 'made_at', made_at)
    FROM score JOIN score_run AS run USING (score_run_id)
    WHERE (score_run_id, formula COLLATE "C", unit COLLATE "C") > (after[1]::bigint, after[2], after[3])
      AND CASE WHEN scores IN ('area', 'street') THEN starts_with(unit, in_area)
               ELSE scores IN ('department', 'hotline') AND in_area = '' END
      AND score_run_id = (SELECT max(score_run_id) FROM score_run AS newer WHERE newer.month = run.month)
    ORDER BY score_run_id, formula COLLATE "C", unit COLLATE "C" LIMIT most
$$;

-- How a key of a subject is written. A key is where somebody reads on.
CREATE FUNCTION share_source.is_key(of_subject text, key text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT key ~ CASE WHEN of_subject IN ('readings', 'hours') THEN '^[0-9]{1,16}-[0-9]{1,10}(-[0-9]{1,17}-[0-9]{1,16})?$'
                      WHEN of_subject IN ('alerts', 'cases') THEN '^[0-9]{1,17}$'
                      WHEN of_subject = 'areas' THEN '^[0-9]{1,32}$'
                      ELSE '^[0-9]{1,17}[|][^|]{0,200}[|][^|]{0,200}$' END
$$;

-- A moment as a key writes it, in microseconds since 1970, and back.
CREATE FUNCTION share_source.micros(at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (extract(epoch FROM at) * 1000000)::bigint
$$;
CREATE FUNCTION share_source.moment(micros text) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT 'epoch'::timestamptz + micros::bigint * interval '1 microsecond'
$$;

-- The rows of readings or hours from a key on: first what came late, then what is new. A key has four parts: up to which
-- time and series all was read; up to which note of what came late all was given, and of the next note up to when.
--
-- New ones come in spans that grow until there are enough, so that no read looks through a whole history, and none of
-- them is past the threshold of the roll-ups: whatever is written before that is noted as late, so nothing is missed.
-- The last row has no doc: its key is where to read on when nothing more was found.
CREATE FUNCTION share_source.timed(
    of_subject text, of_kind text, in_area text, after text, begins timestamptz, most integer)
    RETURNS TABLE (key text, doc jsonb) LANGUAGE plpgsql STABLE AS $$
DECLARE
    notes_at_once CONSTANT bigint := 100000;
    threshold CONSTANT timestamptz := (SELECT rollup_state.threshold FROM rollup_state);
    -- What is on its way has so long to come before it is late.
    newest CONSTANT timestamptz := CASE of_subject
        WHEN 'hours' THEN date_trunc('hour', least(clock_timestamp() - interval '15 minutes', threshold))
        ELSE least(clock_timestamp() - interval '1 minute', threshold) END;
    span interval := CASE of_subject WHEN 'hours' THEN interval '6 hours' ELSE interval '5 minutes' END;
    from_time timestamptz := CASE after WHEN '' THEN coalesce(begins, clock_timestamp() - interval '1 day')
        ELSE share_source.moment(split_part(after, '-', 1)) END;
    from_series bigint := CASE after WHEN '' THEN 0 ELSE split_part(after, '-', 2)::bigint END;
    head CONSTANT bigint := (SELECT coalesce(max(share_late_id), 0) FROM share_late);
    -- Who begins, or has a key of two parts, as they were once, is told from now on.
    done bigint := coalesce(nullif(split_part(after, '-', 3), '')::bigint, head);
    last_note CONSTANT bigint := greatest(done, least(head, done + notes_at_once));
    given_until timestamptz := share_source.moment(coalesce(nullif(split_part(after, '-', 4), ''), '0'));
    here CONSTANT text := share_source.micros(from_time) || '-' || from_series || '-';
    until timestamptz;
    given integer := 0;
    piece integer;
    note share_late;
BEGIN
    FOR note IN
        SELECT late.* FROM share_late AS late JOIN series USING (series_id) JOIN sensor USING (sensor_id)
        WHERE share_late_id > done AND share_late_id <= last_note AND kind = of_kind
          AND starts_with(area_code, in_area) ORDER BY share_late_id
    LOOP
        RETURN QUERY SELECT here || (note.share_late_id - 1) || '-' || share_source.micros(one.at), one.doc
            FROM share_source.noted(of_subject, note, given_until, from_time, from_series, most - given) AS one;
        GET DIAGNOSTICS piece = ROW_COUNT;
        given := given + piece;
        IF given >= most THEN
            RETURN;
        END IF;
        given_until := 'epoch';
    END LOOP;
    FOR turn IN 1 .. 12 LOOP
        EXIT WHEN given >= most OR from_time >= newest;
        until := least(from_time + span, newest);
        IF of_subject = 'hours' THEN
            RETURN QUERY SELECT share_source.micros(at) || '-' || series_id || '-' || last_note || '-0', one.doc
                FROM share_source.hours(of_kind, in_area, from_time, from_series, until, most - given) AS one;
        ELSE
            RETURN QUERY SELECT share_source.micros(at) || '-' || series_id || '-' || last_note || '-0', one.doc
                FROM share_source.readings(of_kind, in_area, from_time, from_series, until, most - given) AS one;
        END IF;
        GET DIAGNOSTICS piece = ROW_COUNT;
        given := given + piece;
        from_time := until;
        from_series := 0;
        span := span * 2;
    END LOOP;
    IF given < most THEN
        RETURN QUERY SELECT share_source.micros(from_time) || '-' || from_series || '-' || last_note || '-0', NULL::jsonb;
    END IF;
END $$;

-- The rows of alerts or cases from a key on. Of the chain so many links are looked at; the last row is as in `timed`.
CREATE FUNCTION share_source.chained(of_subject text, in_area text, after text, most integer)
    RETURNS TABLE (key text, doc jsonb) LANGUAGE plpgsql STABLE AS $$
DECLARE
    links CONSTANT bigint := 100000;
    from_seq CONSTANT bigint := CASE after WHEN '' THEN 0 ELSE after::bigint END;
    to_seq CONSTANT bigint := least(from_seq + links, (SELECT seq FROM audit_head));
    given integer;
BEGIN
    IF of_subject = 'alerts' THEN
        RETURN QUERY SELECT * FROM share_source.alerts(in_area, from_seq, to_seq, most);
    ELSE
        RETURN QUERY SELECT * FROM share_source.cases(in_area, from_seq, to_seq, most);
    END IF;
    GET DIAGNOSTICS given = ROW_COUNT;
    IF given < most THEN
        RETURN QUERY SELECT greatest(from_seq, to_seq)::text, NULL::jsonb;
    END IF;
END $$;

CREATE FUNCTION share_source.rows_of(
    of_subject text, of_kind text, in_area text, after text, begins timestamptz, most integer)
    RETURNS TABLE (key text, doc jsonb) LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF of_subject IN ('readings', 'hours') THEN
        RETURN QUERY SELECT * FROM share_source.timed(of_subject, of_kind, in_area, after, begins, most);
    ELSIF of_subject IN ('alerts', 'cases') THEN
        RETURN QUERY SELECT * FROM share_source.chained(of_subject, in_area, after, most);
    ELSIF of_subject = 'areas' THEN
        RETURN QUERY SELECT * FROM share_source.areas(in_area, after, most);
    ELSIF of_subject = 'evaluation' THEN
        RETURN QUERY SELECT * FROM share_source.evaluation(
            in_area, CASE after WHEN '' THEN ARRAY['0', '', ''] ELSE string_to_array(after, '|') END, most);
    END IF;
END $$;

-- Whether a set may be had by a request that was granted: as long as the provider who granted it has it and shares it.
-- What was given without asking, because it needed no condition, ends when it gets one.
CREATE FUNCTION share_source.is_given(request share_request, one data_set) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT request.state = 'granted' AND request.expires_at > clock_timestamp()
       AND one.decided_at IS NOT NULL AND one.provider = request.provider
       AND (one.share_type = 'unconditional' OR one.share_type = 'conditional' AND request.decided_by <> '(rule)')
$$;

-- Whether notes of what came late have gone that who reads on from a key was not given: a later reader is told so.
CREATE FUNCTION share_source.is_behind(of_subject text, after text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT of_subject IN ('readings', 'hours') AND split_part(after, '-', 3) <> ''
       AND split_part(after, '-', 3)::bigint + 1 < coalesce((SELECT min(share_late_id) FROM share_late), 0)
$$;

-- Gives a page of a set to a request, and counts it. What comes out: fields, rows as arrays in their order, `late` (how
-- many of them, the first ones, came after who reads had passed their time), `behind`, `next`; or `refused`: 'set' that
-- is not there or not granted, 'key' that is none.
CREATE FUNCTION share_source.give(
    request share_request, wanted text, after text, begins timestamptz, most integer, by_way text, from_origin text)
    RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    one data_set;
    granted text[];
    told text[];
    given jsonb[] := '{}';
    following text;
    late integer := 0;
    found record;
BEGIN
    SELECT data_set.* INTO one FROM data_set WHERE name = wanted AND share_source.is_given(request, data_set);
    SELECT fields INTO granted FROM share_request_set AS held
    WHERE held.share_request_id = request.share_request_id AND held.data_set = one.name;
    IF granted IS NULL THEN
        RETURN jsonb_build_object('refused', 'set');
    ELSIF after <> '' AND NOT share_source.is_key(one.subject, after) THEN
        RETURN jsonb_build_object('refused', 'key');
    END IF;
    FOR found IN SELECT * FROM share_source.rows_of(one.subject, one.kind, request.in_area, after, begins,
                                                    greatest(1, least(most, 5000))) LOOP
        following := found.key;
        IF found.doc IS NOT NULL THEN
            given := array_append(given, share_source.masked(found.doc, one.subject, granted));
            late := late + (one.subject IN ('readings', 'hours') AND found.key NOT LIKE '%-0')::integer;
        END IF;
    END LOOP;
    SELECT array_agg(field ORDER BY place) INTO told FROM share_source.field
    WHERE subject = one.subject AND (field = ANY (granted) OR mask IS NOT NULL);
    IF by_way = 'pull' OR cardinality(given) > 0 THEN
        INSERT INTO share_read (share_request_id, data_set, at, way, rows, fields, origin)
        VALUES (request.share_request_id, one.name, clock_timestamp(), by_way, cardinality(given), granted,
                left(from_origin, 200));
    END IF;
    RETURN jsonb_build_object('fields', told, 'granted', granted, 'rows', to_jsonb(given), 'late', late,
                              'behind', share_source.is_behind(one.subject, after), 'next', coalesce(following, after));
END $$;

-- The doors. `refused`: 'token' that is unknown, revoked, or past its end.

CREATE FUNCTION shared.read(
    by_token bytea, wanted text, after text, begins timestamptz, most integer, from_origin text)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    request share_request;
BEGIN
    SELECT * INTO request FROM share_request
    WHERE token_hash = by_token AND state = 'granted' AND expires_at > clock_timestamp();
    IF NOT FOUND THEN
        RETURN jsonb_build_object('refused', 'token');
    END IF;
    RETURN share_source.give(request, wanted, after, begins, most, 'pull', from_origin);
END $$;

-- What a token opens: sets with their fields, what for, where and until when.
CREATE FUNCTION shared.tell(by_token bytea)
    RETURNS TABLE (department text, purpose text, in_area text, expires_at timestamptz, data_set text, title_zh text,
                   title_en text, fields text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT request.department, request.purpose, request.in_area, request.expires_at, one.name, one.title_zh,
           one.title_en, held.fields
    FROM share_request AS request JOIN share_request_set AS held USING (share_request_id)
    JOIN data_set AS one ON one.name = held.data_set
    WHERE request.token_hash = by_token AND share_source.is_given(request, one)
    ORDER BY one.name
$$;

-- What is new for a receiver, from where its last delivery ended; for `watch`, and not for who reads.
CREATE FUNCTION shared.news(of_webhook bigint, most integer)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    hook share_webhook;
    request share_request;
    page jsonb;
BEGIN
    SELECT * INTO hook FROM share_webhook WHERE share_webhook_id = of_webhook AND ended_at IS NULL
    FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN jsonb_build_object('refused', 'set');
    END IF;
    SELECT * INTO request FROM share_request WHERE share_request_id = hook.share_request_id;
    page := share_source.give(request, hook.data_set, hook.next_key, NULL, most, 'push', hook.url);
    UPDATE share_webhook SET next_key = coalesce(page ->> 'next', next_key) WHERE share_webhook_id = of_webhook;
    RETURN page;
END $$;

-- Functions may be called by everybody until that is taken back.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA shared, share_source FROM PUBLIC;
DO $$
BEGIN
    IF to_regrole('cityops_service') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA shared, share_source TO cityops_service;
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA shared TO cityops_service;
        GRANT SELECT ON share_source.field TO cityops_service;
        GRANT EXECUTE ON FUNCTION share_source.is_given TO cityops_service;
    END IF;
    IF to_regrole('cityops_shared') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA shared TO cityops_shared;
        GRANT EXECUTE ON FUNCTION shared.read, shared.tell TO cityops_shared;
    END IF;
END $$;
