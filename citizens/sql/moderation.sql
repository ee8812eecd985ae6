-- name: unseen_reports
-- Reports of which nobody has decided what is public, the oldest first, with their photographs of which nobody has.
SELECT report_id, number, channel, kind, category, area_code, address, said, received_at, confidential, answer, case_id,
       (SELECT count(*) FROM report_photo WHERE report_photo.report_id = report.report_id) AS photos
FROM citizen_report AS report
WHERE reviewed_at IS NULL AND forgotten_at IS NULL AND report_id > %(after)s
ORDER BY report_id LIMIT %(most)s

-- name: photos_of_report
-- The photographs of a report, without their content.
SELECT place, sha256, kind, public, reviewed_by, reviewed_at FROM report_photo
WHERE report_id = %(report_id)s ORDER BY place

-- name: report_photo_content
-- One photograph of a report.
SELECT kind, content FROM report_photo WHERE report_id = %(report_id)s AND place = %(place)s

-- name: review_report
-- What of a report is public from now on.
UPDATE citizen_report SET public_text = %(text)s, reviewed_by = %(actor)s, reviewed_at = %(now)s
WHERE report_id = %(report_id)s AND forgotten_at IS NULL RETURNING number

-- name: review_photo
-- Whether a photograph is public from now on.
UPDATE report_photo SET public = %(public)s, reviewed_by = %(actor)s, reviewed_at = %(now)s
WHERE report_id = %(report_id)s AND place = %(place)s RETURNING sha256

-- name: answer_of_report
-- What a person was answered, which becomes public with the text.
SELECT answer FROM report_told WHERE report_id = %(report_id)s
