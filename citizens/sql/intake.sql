-- name: lead_citizens
-- Be the one that takes reports up, until the end of the transaction.
SELECT pg_try_advisory_xact_lock(hashtext('cityops citizens'))

-- name: areas_stamp
-- Changes when an area does.
SELECT concat(count(*), ' ', max(updated_at)) FROM area

-- name: reports_to_take_up
-- Reports that no case has taken up and nobody need look at first, the oldest first; those that an agent is busy with
-- are left out.
SELECT report_id FROM citizen_report
WHERE taken_up_at IS NULL AND ended_at IS NULL AND held = ''
ORDER BY report_id LIMIT %(most)s FOR UPDATE SKIP LOCKED

-- name: lock_report
-- A report, until the commit; only one of the scope.
SELECT report_id, number, channel, kind, category, longitude, latitude, address, said, wants_call, case_id, taken_up_at,
       ended_at, held
FROM citizen_report WHERE report_id = %(report_id)s FOR UPDATE

-- name: lock_sent_report
-- The same by its number, for who has just sent it: it lies in no area yet, so in nobody's scope.
SELECT report_id, number, channel, kind, category, longitude, latitude, address, said, wants_call, case_id, taken_up_at,
       ended_at, held
FROM public.citizen_report WHERE number = %(number)s FOR UPDATE

-- name: mark_taken_up
-- A case has taken a report up.
UPDATE public.citizen_report
SET case_id = %(case_id)s, area_code = %(area_code)s, taken_up_at = %(now)s, held = ''
WHERE report_id = %(report_id)s

-- name: hold_report
-- A report waits for a person.
UPDATE citizen_report SET held = %(held)s WHERE report_id = %(report_id)s

-- name: move_report
-- A person has said where it is; it is taken up then.
UPDATE public.citizen_report
SET longitude = %(longitude)s, latitude = %(latitude)s, address = %(address)s, held = ''
WHERE report_id = %(report_id)s

-- name: end_report
-- A report ended without a case.
UPDATE public.citizen_report
SET outcome = %(outcome)s, answer = %(answer)s, ended_at = %(now)s, held = ''
WHERE report_id = %(report_id)s

-- name: sealed_reports
-- Contacts as they were sent, of which no reporter was made yet; those of reports that wait for a person wait too.
SELECT report_id, sealed, confidential, received_at FROM citizen_report
WHERE sealed IS NOT NULL AND held = '' AND (taken_up_at IS NOT NULL OR ended_at IS NOT NULL) ORDER BY report_id LIMIT %(most)s FOR UPDATE SKIP LOCKED

-- name: add_reporter
-- Who sent a report: apart from it, under the same seal.
INSERT INTO public.reporter (person_key, sealed, confidential, kept_until, created_at)
VALUES (%(person_key)s, %(sealed)s, %(confidential)s, %(now)s, %(now)s) RETURNING reporter_id

-- name: link_reporter
-- A report has its reporter, and no contact of its own any more.
UPDATE public.citizen_report SET reporter_id = %(reporter_id)s, sealed = NULL WHERE report_id = %(report_id)s

-- name: try_seals_again
-- A program that starts may have another key.
UPDATE citizen_report SET held = '' WHERE held = 'seal'
