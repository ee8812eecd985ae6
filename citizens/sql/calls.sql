-- name: calls_to_make
-- Who is to be called back: of each case that waits for it the reports that want a call and were not reached in this
-- round, those of cases merged into it too; what waits longest first.
SELECT report.report_id, report.number, report.kind, report.category, report.area_code, report.address, report.said,
       report.received_at, report.confidential, main.case_id, main.number AS case_number, main.version, main.round,
       main.lead_department, main.handled_at, tried.attempts, tried.last_at,
       (SELECT reason FROM case_event WHERE case_event.case_id = main.case_id AND act = 'handle'
        ORDER BY seq DESC LIMIT 1) AS result
FROM city_case AS main
JOIN city_case AS own ON own.case_id = main.case_id OR own.master = main.case_id
JOIN citizen_report AS report ON report.case_id = own.case_id
CROSS JOIN LATERAL (
    SELECT count(*) AS attempts, max(at) AS last_at, coalesce(bool_or(reached), false) AS is_reached FROM report_call
    WHERE report_call.report_id = report.report_id AND report_call.round = main.round) AS tried
WHERE main.state = 'calling' AND report.wants_call AND NOT tried.is_reached
ORDER BY main.handled_at, report.report_id LIMIT %(most)s

-- name: case_to_call
-- The open case that a report belongs to, the one into which its own was merged, until the commit.
SELECT main.case_id FROM citizen_report AS report
JOIN city_case AS own ON own.case_id = report.case_id
JOIN city_case AS main ON main.case_id = coalesce(own.master, own.case_id)
WHERE report.report_id = %(report_id)s AND report.wants_call
FOR UPDATE OF report

-- name: add_call
-- A try, with the event that goes with it.
INSERT INTO report_call (report_id, attempt, round, at, called_by, channel, reached, solved, satisfaction, comment,
                         case_event_id)
SELECT %(report_id)s,
       1 + (SELECT count(*) FROM report_call WHERE report_id = %(report_id)s),
       %(round)s, %(now)s, %(actor)s, %(channel)s, %(reached)s, %(solved)s, %(satisfaction)s, %(comment)s, case_event_id
FROM case_event WHERE case_id = %(case_id)s AND seq = %(version)s
RETURNING attempt

-- name: calls_of_reports
-- Every try of some reports, in order.
SELECT report_id, attempt, round, at, called_by, channel, reached, solved, satisfaction, comment
FROM report_call WHERE report_id = ANY (%(reports)s) ORDER BY report_id, attempt

-- name: tries_of_case
-- How often each report of a case was tried in a round without being reached.
SELECT max(tries)::integer FROM (
    SELECT count(*) AS tries FROM report_call
    JOIN citizen_report USING (report_id)
    JOIN city_case AS own ON own.case_id = citizen_report.case_id
    WHERE coalesce(own.master, own.case_id) = %(case_id)s AND report_call.round = %(round)s
    GROUP BY report_id HAVING NOT bool_or(reached)) AS unreached

-- name: calls_made
-- How many calls somebody made since a moment, and how many of them reached somebody.
SELECT count(*) AS calls, count(*) FILTER (WHERE reached) AS reached
FROM report_call WHERE called_by = %(actor)s AND at >= %(since)s
