-- name: lead_countersignatures
-- Be the one that has the audit chain countersigned, until the end of the transaction.
SELECT pg_try_advisory_xact_lock(hashtext('cityops countersignatures'))

-- name: lead_anchors
-- Be the one that notes the end of the audit chain, until the end of the transaction.
SELECT pg_try_advisory_xact_lock(hashtext('cityops anchors'))

-- name: evidence_city
-- The area that all others lie in: the city by which a pack is called.
SELECT code, name, name_en FROM area WHERE parent IS NULL ORDER BY length(code), code LIMIT 1

-- name: evidence_cases_of_alert
-- The cases that follow an alert, or did.
SELECT case_id FROM case_alert WHERE alert_id = %(alert_id)s ORDER BY case_id

-- name: evidence_alerts_of_case
-- The alerts that a case follows, or did, with the link that each had in the audit chain when it was followed.
SELECT alert_id, alert_event_id, evidence FROM case_alert WHERE case_id = %(case_id)s ORDER BY alert_id

-- name: evidence_alerts_seen
-- Of some alerts those that this account sees.
SELECT alert_id FROM alert WHERE alert_id = ANY (%(alerts)s) ORDER BY alert_id

-- name: evidence_cases_seen
-- Of some cases those that this account sees.
SELECT case_id FROM city_case WHERE case_id = ANY (%(cases)s) ORDER BY case_id

-- name: evidence_links
-- The events of some alerts and cases as they are now, each beside its link in the audit chain; without one, last.
SELECT audit_row.source, audit_row.row_id, link.seq, link.previous, link.hash, audit_row.fields
FROM alert_event AS event
JOIN audit_row ON audit_row.source = 'alert_event' AND audit_row.row_id = event.alert_event_id
LEFT JOIN audit_link AS link ON link.source = 'alert_event' AND link.row_id = event.alert_event_id
WHERE event.alert_id = ANY (%(alerts)s)
UNION ALL
SELECT audit_row.source, audit_row.row_id, link.seq, link.previous, link.hash, audit_row.fields
FROM case_event AS event
JOIN audit_row ON audit_row.source = 'case_event' AND audit_row.row_id = event.case_event_id
LEFT JOIN audit_link AS link ON link.source = 'case_event' AND link.row_id = event.case_event_id
WHERE event.case_id = ANY (%(cases)s)
ORDER BY seq NULLS LAST, source, row_id

-- name: evidence_rule_versions
-- The versions of a rule that were in force in a span: the last one before it, and those that came in it.
SELECT version, enabled, at, actor, definition FROM rule_version
WHERE rule_id = %(rule_id)s AND at <= %(until)s
  AND version >= coalesce((SELECT max(version) FROM rule_version
                           WHERE rule_id = %(rule_id)s AND at <= %(since)s), 0)
ORDER BY version

-- name: evidence_readings
-- The readings of one series over a span, with their quality flags.
SELECT time, value, quality FROM reading
WHERE series_id = %(series_id)s AND time >= %(since)s AND time <= %(until)s
ORDER BY time LIMIT %(most)s

-- name: evidence_case
-- One case as its row has it.
SELECT case_id, number, version, state, kind, source, category, standard, severity, area_code, longitude, latitude,
       address, description, round, lead_department, called_departments, reported_by, reported_at, dispatched_at,
       due_at, overdue_at, handled_at, ended_at, master
FROM city_case WHERE case_id = %(case_id)s

-- name: evidence_reports
-- What people reported of a case: how many, and of those that a person passed for the public what was passed.
SELECT number, kind, category, received_at,
       CASE WHEN confidential THEN '' ELSE public_text END AS public_text
FROM citizen_report WHERE case_id = %(case_id)s ORDER BY report_id

-- name: evidence_photos
-- Photographs of the reports of a case that a person passed for the public.
SELECT sha256, photo.kind, content
FROM report_photo AS photo JOIN citizen_report AS report USING (report_id)
WHERE report.case_id = %(case_id)s AND photo.public AND NOT report.confidential
ORDER BY report_id, place
