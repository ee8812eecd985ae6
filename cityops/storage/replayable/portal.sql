-- What the public's programs see and may do: the schema `portal`, nothing else (docs/decisions/0123). Its views and
-- functions work with their owner's rights; the role cityops_portal may read these views and call these functions
-- (role_portal.sql). Functions of ours that a view called would be called by whoever reads it: views use none.

CREATE SCHEMA portal;

-- All that may be told of a report, for the views and functions below; itself it is not the portal's. `case_state` is
-- that of its case, '' where it has none; citizens/status.py makes the word of it. A report whose case was merged has
-- the number of the first report of the case that took it in, and how that one stands.
CREATE OR REPLACE VIEW public.report_told AS
SELECT report.report_id, report.number, report.channel, report.kind, report.category AS service_code,
       report.area_code, area.name AS area_name, area.name_en AS area_name_en,
       coalesce(city_case.state, '') AS case_state, report.outcome,
       (SELECT number FROM public.citizen_report AS first WHERE first.case_id = city_case.master
        ORDER BY first.report_id LIMIT 1) AS master_number,
       coalesce(master.state, '') AS master_state,
       lead.name_zh AS agency_zh, lead.name_en AS agency_en,
       report.received_at AS requested_at,
       greatest(report.received_at, report.ended_at, report.reviewed_at,
                (SELECT at FROM public.case_event WHERE case_event.case_id = coalesce(master.case_id, city_case.case_id)
                 ORDER BY seq DESC LIMIT 1)) AS updated_at,
       CASE WHEN city_case.case_id IS NULL THEN report.ended_at ELSE city_case.ended_at END AS closed_at,
       CASE WHEN NOT city_case.due_provisional THEN city_case.due_at END AS expected_at,
       report.public_text, report.longitude, report.latitude, report.address, report.confidential,
       -- as the person sees it, or as it was filed: either may tell whose home it is
       EXISTS (SELECT FROM public.open_service
               WHERE category IN (report.category, city_case.category) AND is_personal) AS is_personal,
       report.said, report.code_hash, city_case.case_id, report.reviewed_at,
       coalesce(nullif(report.answer, ''), answered.reason, '') AS answer,
       coalesce(answered.at, report.ended_at) AS answered_at
FROM public.citizen_report AS report
LEFT JOIN public.area ON area.code = report.area_code
LEFT JOIN public.city_case USING (case_id)
LEFT JOIN public.city_case AS master ON master.case_id = city_case.master
LEFT JOIN public.department AS lead
       ON lead.code = nullif(coalesce(master.lead_department, city_case.lead_department), '')
      AND lead.version = (SELECT max(version) FROM public.case_catalogue)
LEFT JOIN LATERAL (SELECT reason, at FROM public.case_event
                   WHERE case_event.case_id = city_case.case_id AND act IN ('answer', 'refuse')
                   ORDER BY seq DESC LIMIT 1) AS answered ON true;

-- One row for each report that is not confidential. For categories that are personal its place is rounded to some ten
-- metres and has no address; its text is what a person passed.
CREATE VIEW portal.report AS
SELECT number, channel, kind, service_code, area_code, area_name, area_name_en, case_state, outcome, master_number,
       master_state, agency_zh, agency_en, requested_at, updated_at, closed_at, expected_at, public_text,
       CASE WHEN public_text <> '' AND answered_at <= reviewed_at THEN answer ELSE '' END AS answer, -- both were read
       CASE WHEN is_personal THEN round(longitude::numeric, 4)::double precision ELSE longitude END AS longitude,
       CASE WHEN is_personal THEN round(latitude::numeric, 4)::double precision ELSE latitude END AS latitude,
       CASE WHEN public_text <> '' AND NOT is_personal THEN address ELSE '' END AS address
FROM public.report_told WHERE NOT confidential;

-- The public course of a report: when which act was done. Never who, why, or what was said with it.
CREATE VIEW portal.report_note AS
SELECT told.number, case_event.at, case_event.act
FROM public.report_told AS told JOIN public.case_event USING (case_id)
WHERE NOT told.confidential
  AND case_event.act IN ('report', 'verify', 'file', 'merge', 'unmerge', 'supersede', 'dispatch', 'accept', 'handle',
                         'pass', 'fail', 'call_back', 'close', 'reopen', 'answer', 'refuse', 'cancel');

-- Photographs that a person passed.
CREATE VIEW portal.report_photo AS
SELECT told.number, photo.place, photo.sha256, photo.kind, photo.content
FROM public.report_photo AS photo JOIN public.report_told AS told USING (report_id)
WHERE photo.public AND NOT told.confidential;

-- Stores a report; the one way by which the public writes. The same report of the same sender and device, within 5 m and
-- 10 minutes, is the one that is there. Who gives neither sender nor device is nobody in particular: those are not
-- compared, for two people may say the same. Racing ones wait for one another by their likeness.
CREATE FUNCTION portal.take_report(
    new_code_hash bytea, new_channel text, new_kind text, new_category text, new_longitude double precision,
    new_latitude double precision, new_address text, new_said text, new_wants_call boolean, new_confidential boolean,
    new_sealed bytea, new_sender text, new_device text, new_reference text DEFAULT NULL,
    new_received_at timestamptz DEFAULT NULL,
    OUT number text, OUT is_new boolean, OUT received_at timestamptz)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    likeness_of bytea;
    -- The portal's own time is the database's: only what is imported came at another.
    came timestamptz := CASE WHEN new_channel = 'import' THEN coalesce(new_received_at, clock_timestamp())
                             ELSE clock_timestamp() END;
BEGIN
    IF new_sender <> '' OR new_device <> '' THEN
        likeness_of := sha256(convert_to(jsonb_build_array(
            new_sender, new_device, new_category, new_address, new_said)::text, 'UTF8'));
        PERFORM pg_advisory_xact_lock(hashtextextended(encode(likeness_of, 'hex'), 0));
        SELECT same.number, same.received_at INTO number, received_at
        FROM citizen_report AS same
        WHERE same.likeness = likeness_of
          AND same.received_at BETWEEN came - interval '10 minutes' AND came + interval '10 minutes'
          AND same.reference IS NOT DISTINCT FROM new_reference
          AND CASE WHEN new_longitude IS NULL THEN same.longitude IS NULL
                   -- On a plane, which over 5 m is exact to centimetres; of a difference of 1e-300 no square is taken.
                   ELSE point(round((same.longitude - new_longitude)::numeric, 9)::double precision
                              * cosd(new_latitude),
                              round((same.latitude - new_latitude)::numeric, 9)::double precision)
                        <-> point(0, 0) <= 5 / 111195.0 END
        ORDER BY same.report_id LIMIT 1;
        IF FOUND THEN
            is_new := false;
            RETURN;
        END IF;
    END IF;
    INSERT INTO citizen_report (day_code, code_hash, channel, kind, category, longitude, latitude, address, said,
                                received_at, confidential, wants_call, sealed, sender, device, likeness, reference)
    VALUES (to_char(came AT TIME ZONE (SELECT zone FROM rollup_state), 'YYYYMMDD'), new_code_hash, new_channel,
            new_kind, new_category, new_longitude, new_latitude, new_address, new_said, came, new_confidential,
            new_wants_call, new_sealed, new_sender, new_device, likeness_of, new_reference)
    ON CONFLICT (sender, reference) WHERE reference IS NOT NULL DO NOTHING
    RETURNING citizen_report.number, citizen_report.received_at INTO number, received_at;
    is_new := FOUND;
    IF NOT is_new THEN
        SELECT same.number, same.received_at INTO STRICT number, received_at
        FROM citizen_report AS same WHERE same.sender = new_sender AND same.reference = new_reference;
    END IF;
END $$;

-- Adds a photograph to a report that nobody has taken up for long: three at most, the same one once. False: there is no
-- such report, the code is another, or it is too late.
CREATE FUNCTION portal.add_photo(
    of_number text, by_code bytea, at_place integer, new_sha256 text, new_kind text, new_content bytea)
    RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO report_photo (report_id, place, sha256, kind, content)
    SELECT report_id, at_place, new_sha256, new_kind, new_content FROM citizen_report
    WHERE number = of_number AND code_hash = by_code AND forgotten_at IS NULL
      AND received_at > clock_timestamp() - interval '1 day'
    ON CONFLICT (report_id, place) DO NOTHING;
    RETURN EXISTS (
        SELECT FROM report_photo JOIN citizen_report USING (report_id)
        WHERE number = of_number AND code_hash = by_code AND place = at_place AND sha256 = new_sha256);
END $$;

-- What became of one's own report, whole, for who has its code: confidential ones too, with the answer and one's words.
CREATE FUNCTION portal.own_report(of_number text, by_code bytea)
    RETURNS TABLE (number text, channel text, kind text, service_code text, area_code text, area_name text,
                   area_name_en text, case_state text, outcome text, master_number text, master_state text,
                   agency_zh text, agency_en text, requested_at timestamptz, updated_at timestamptz,
                   closed_at timestamptz, expected_at timestamptz, public_text text, answer text,
                   longitude double precision, latitude double precision, address text, said text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT number, channel, kind, service_code, area_code, area_name, area_name_en, case_state, outcome, master_number,
           master_state, agency_zh, agency_en, requested_at, updated_at, closed_at, expected_at, public_text, answer,
           longitude, latitude, address, said
    FROM report_told WHERE number = of_number AND code_hash = by_code
$$;

-- The course of one's own report, for who has its code.
CREATE FUNCTION portal.own_notes(of_number text, by_code bytea) RETURNS TABLE (at timestamptz, act text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT case_event.at, case_event.act
    FROM citizen_report JOIN case_event USING (case_id)
    WHERE number = of_number AND code_hash = by_code
      AND case_event.act IN ('report', 'verify', 'file', 'merge', 'unmerge', 'supersede', 'dispatch', 'accept', 'handle',
                             'pass', 'fail', 'call_back', 'close', 'reopen', 'answer', 'refuse', 'cancel')
    ORDER BY case_event.seq
$$;
