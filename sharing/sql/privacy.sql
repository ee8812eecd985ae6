-- name: set_privacy_budget
-- Say once how much of some persons may be let through in a period, by all sets about them. What is said stays.
INSERT INTO privacy_budget (population, period, allowed, set_by, set_at)
VALUES (%(population)s, %(period)s, %(allowed)s, %(actor)s, %(now)s)
ON CONFLICT DO NOTHING RETURNING population

-- name: privacy_budgets
-- What may be spent and what was.
SELECT population, period, allowed, spent FROM privacy_budget
WHERE %(population)s IN ('', population) ORDER BY period DESC, population

-- name: lock_privacy_budget
-- The budget of some persons and a period, until the commit: whoever wants to spend of it, on whichever set, waits here.
SELECT allowed, spent FROM privacy_budget WHERE population = %(population)s AND period = %(period)s FOR UPDATE

-- name: spend_privacy_budget
-- Spend some, if there is enough left.
UPDATE privacy_budget SET spent = spent + %(epsilon)s
WHERE population = %(population)s AND period = %(period)s AND spent + %(epsilon)s <= allowed

-- name: find_release
-- The answer that a question had.
SELECT release_id, data_set, period, method, question, epsilon, answer, made_by, made_at
FROM privacy_release WHERE question_key = %(key)s

-- name: store_release
-- The answer of a question, for ever; nothing when another one was stored first.
INSERT INTO privacy_release (data_set, period, method, question_key, question, epsilon, answer, made_by, made_at)
VALUES (%(data_set)s, %(period)s, %(method)s, %(key)s, %(question)s, %(epsilon)s, %(answer)s, %(actor)s, %(now)s)
ON CONFLICT (question_key) DO NOTHING RETURNING release_id

-- name: releases
-- What was released of a set or of all, the newest first.
SELECT release_id, data_set, period, method, question, epsilon, answer, made_by, made_at
FROM privacy_release WHERE %(data_set)s IN ('', data_set) ORDER BY release_id DESC LIMIT %(most)s

-- name: persons_of_reports
-- Who reported what in a span, in the order in which it came; never what in confidence was said. `days` is how long
-- it took until the report ended, in whole days begun; NULL while it has not. A person is whoever gave the same
-- telephone number or e-mail address; who gave none is one person with each report.
SELECT coalesce(encode(reporter.person_key, 'hex'), 'reporter ' || report.reporter_id, 'report ' || report.report_id)
           AS person,
       report.kind, report.channel, report.category, district.code AS district, street.code AS street,
       extract(hour FROM report.received_at AT TIME ZONE %(zone)s)::integer AS hour,
       ceil(extract(epoch FROM coalesce(city_case.ended_at, report.ended_at) - report.received_at) / 86400)::integer
           AS days
FROM citizen_report AS report
LEFT JOIN reporter USING (reporter_id)
LEFT JOIN city_case ON city_case.case_id = report.case_id
LEFT JOIN area AS district ON district.level = 'district' AND starts_with(report.area_code, district.code)
LEFT JOIN area AS street ON street.level = 'street' AND starts_with(report.area_code, street.code)
WHERE report.received_at >= %(since)s AND report.received_at < %(until)s AND NOT report.confidential
ORDER BY report.received_at, report.report_id

-- name: persons_of_calls
-- What those who were called back said in a span, in the order in which they did: the last answer about each report,
-- never about what in confidence was said. Who a person is: as in `persons_of_reports`. The hour is that of the call.
SELECT coalesce(encode(reporter.person_key, 'hex'), 'reporter ' || report.reporter_id, 'report ' || report.report_id)
           AS person,
       call.solved, call.satisfaction::integer AS satisfaction, report.category, district.code AS district,
       street.code AS street, extract(hour FROM call.at AT TIME ZONE %(zone)s)::integer AS hour
FROM report_call AS call
JOIN citizen_report AS report USING (report_id)
LEFT JOIN reporter USING (reporter_id)
LEFT JOIN area AS district ON district.level = 'district' AND starts_with(report.area_code, district.code)
LEFT JOIN area AS street ON street.level = 'street' AND starts_with(report.area_code, street.code)
WHERE call.at >= %(since)s AND call.at < %(until)s AND call.reached AND NOT report.confidential
  AND NOT EXISTS (SELECT FROM report_call AS later
                  WHERE later.report_id = call.report_id AND later.attempt > call.attempt AND later.reached
                    AND later.at < %(until)s)
ORDER BY call.at, report.report_id

-- name: service_categories
-- All categories in which the public may report.
SELECT category AS name FROM open_service ORDER BY category

-- name: district_codes
-- All districts.
SELECT code AS name FROM area WHERE level = 'district' ORDER BY code

-- name: street_codes
-- All streets, each with the district in which it lies.
SELECT street.code, district.code AS district
FROM area AS street JOIN area AS district ON district.level = 'district' AND starts_with(street.code, district.code)
WHERE street.level = 'street' ORDER BY street.code
