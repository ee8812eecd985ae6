-- name: reports_to_forget
-- Reports that ended so long ago that nobody needs their words: those whose case is over, with the case into which it was
-- merged, and those that ended without one. Not those whose person is to be kept longer.
SELECT report.report_id, report.case_id, report.reporter_id
FROM citizen_report AS report
LEFT JOIN city_case ON city_case.case_id = report.case_id
LEFT JOIN city_case AS master ON master.case_id = city_case.master
LEFT JOIN reporter ON reporter.reporter_id = report.reporter_id
WHERE report.forgotten_at IS NULL AND report.received_at < %(before)s
  AND CASE WHEN city_case.case_id IS NULL THEN report.ended_at
           WHEN master.case_id IS NULL THEN city_case.ended_at
           ELSE CASE WHEN master.ended_at IS NOT NULL THEN greatest(city_case.ended_at, master.ended_at) END
      END < %(before)s
  AND (reporter.kept_until IS NULL OR reporter.kept_until <= %(now)s)
ORDER BY report.report_id LIMIT %(most)s FOR UPDATE OF report SKIP LOCKED

-- name: forget_reporters
-- Nobody can say any more who they were.
UPDATE reporter SET sealed = NULL, person_key = NULL, anonymised_at = %(now)s WHERE reporter_id = ANY (%(reporters)s)

-- name: forget_cases
-- What a case that a report began says of it, and where exactly it was; a text that was passed stays. A case that somebody
-- else began has words of its own.
UPDATE city_case
SET description = first.public_text, address = CASE WHEN first.public_text = '' THEN '' ELSE city_case.address END,
    longitude = round(city_case.longitude::numeric, 3), latitude = round(city_case.latitude::numeric, 3)
FROM (SELECT DISTINCT ON (case_id) case_id, channel, public_text FROM citizen_report
      WHERE case_id = ANY (%(cases)s) ORDER BY case_id, report_id) AS first
WHERE city_case.case_id = first.case_id AND city_case.source = first.channel

-- name: forget_reports
-- What a person said; number, category, times and a text that was passed stay, and the place to some hundred metres.
UPDATE citizen_report
SET said = '', sealed = NULL, device = '', likeness = NULL, forgotten_at = %(now)s,
    answer = CASE WHEN public_text = '' THEN '' ELSE answer END,
    address = CASE WHEN public_text = '' THEN '' ELSE address END,
    longitude = round(longitude::numeric, 3), latitude = round(latitude::numeric, 3),
    held = CASE held WHEN 'seal' THEN '' ELSE held END
WHERE report_id = ANY (%(reports)s)

-- name: forget_calls
-- What was said in call-backs; that they were made, and what it came to, stays.
UPDATE report_call SET comment = '' WHERE report_id = ANY (%(reports)s) AND comment <> ''

-- name: forget_photos
-- Photographs that nobody passed.
DELETE FROM report_photo WHERE report_id = ANY (%(reports)s) AND NOT public

-- name: lock_kept
-- A report that is to be kept, by its number.
SELECT report_id, reporter_id, sealed, forgotten_at FROM citizen_report WHERE number = %(number)s FOR UPDATE

-- name: keep_reporter
-- A person and what they said are not forgotten before.
UPDATE reporter SET kept_until = %(until)s WHERE reporter_id = %(reporter_id)s
