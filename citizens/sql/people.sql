-- name: contact_of
-- Who sent a report, under seal, and what decides who may look.
SELECT report.number, report.kind, report.confidential, coalesce(reporter.sealed, report.sealed) AS sealed,
       coalesce(city_case.departments, '{}') AS departments
FROM citizen_report AS report
LEFT JOIN reporter USING (reporter_id)
LEFT JOIN city_case ON city_case.case_id = report.case_id
WHERE report_id = %(report_id)s

-- name: earlier_reports
-- The reports of a person, the newest first.
SELECT report.report_id, report.number, report.channel, report.kind, report.category, report.area_code, report.address,
       report.said, report.received_at, report.case_id, city_case.number AS case_number,
       coalesce(city_case.state, '') AS case_state, report.outcome, report.confidential
FROM citizen_report AS report
JOIN reporter USING (reporter_id)
LEFT JOIN city_case ON city_case.case_id = report.case_id
WHERE reporter.person_key = %(person_key)s
ORDER BY report.received_at DESC, report.report_id DESC LIMIT %(most)s

-- name: reports_of_case
-- The reports that belong to a case or were merged into it, the first one first.
SELECT report.report_id, report.number, report.channel, report.kind, report.category, report.said, report.address,
       report.received_at, report.confidential, report.wants_call, report.public_text, report.reviewed_at,
       report.forgotten_at, report.case_id
FROM citizen_report AS report JOIN city_case ON city_case.case_id = report.case_id
WHERE report.case_id = %(case_id)s OR city_case.master = %(case_id)s
ORDER BY report.report_id

-- name: waiting_reports
-- Reports that wait for a person, or whose contact cannot be read, the oldest first.
SELECT report_id, number, channel, kind, category, longitude, latitude, address, said, received_at, held
FROM citizen_report WHERE held <> ''
ORDER BY report_id LIMIT %(most)s
