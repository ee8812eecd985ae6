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
-- What a case that a report began says of it; a text that was passed stays.
UPDATE city_case
SET description = (SELECT public_text FROM citizen_report WHERE citizen_report.case_id = city_case.case_id
                   ORDER BY report_id LIMIT 1),
    address = CASE WHEN (SELECT public_text FROM citizen_report WHERE citizen_report.case_id = city_case.case_id
                         ORDER BY report_id LIMIT 1) = '' THEN '' ELSE address END
WHERE case_id = ANY (%(cases)s) AND description <> ''

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
