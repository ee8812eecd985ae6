-- name: find_reports
-- What is public of reports, the newest first: by number, or by what was asked for. `closed` holds which are wanted.
SELECT number, service_code, area_name, area_name_en, case_state, outcome, master_number, agency_zh, agency_en,
       requested_at, updated_at, closed_at, expected_at, public_text, answer, longitude, latitude, address
FROM portal.report
WHERE CASE WHEN cardinality(%(numbers)s::text[]) > 0 THEN number = ANY (%(numbers)s)
           ELSE (cardinality(%(categories)s::text[]) = 0 OR service_code = ANY (%(categories)s))
                AND (case_state = ANY (%(ends)s) OR case_state = '' AND outcome <> '') = ANY (%(closed)s::boolean[])
                AND updated_at BETWEEN %(updated_since)s AND %(updated_until)s END
  AND requested_at BETWEEN %(since)s AND %(until)s
ORDER BY requested_at DESC, number DESC LIMIT %(most)s OFFSET %(skip)s

-- name: public_photos
-- Which photographs of some reports a person has passed.
SELECT number, place FROM portal.report_photo WHERE number = ANY (%(numbers)s) ORDER BY number, place

-- name: public_photo
-- One photograph that a person has passed.
SELECT kind, content FROM portal.report_photo WHERE number = %(number)s AND place = %(place)s

-- name: notes_of_reports
-- What was done about some reports, in order.
SELECT number, at, act FROM portal.report_note WHERE number = ANY (%(numbers)s) ORDER BY number, at

-- name: notes_in_span
-- What was done about all reports in a span, the oldest first.
SELECT number, at, act FROM portal.report_note WHERE at BETWEEN %(since)s AND %(until)s
ORDER BY at, number LIMIT %(most)s
