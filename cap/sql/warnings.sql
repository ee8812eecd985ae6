-- name: lead_warnings
-- Be the one that warns, until the end of the transaction. False: another program does.
SELECT pg_try_advisory_xact_lock(hashtext('cityops public warnings'))

-- name: warning_facts
-- What the rules that go out say holds now, by event, district and area. What is shelved, suppressed by design or of a
-- device out of service is nobody else's business. Where no district lies around a sensor it is the city's.
SELECT cap_rule.event, outer_area.code AS district, inner_area.code AS area_code, min(alert.severity) AS severity,
       (array_agg(rule.definition ORDER BY alert.severity, rule.rule_id))[1] AS definition,
       min(alert.opened_at) AS since, bool_or(alert.stale_since IS NULL) AS is_certain
FROM cap_rule
JOIN rule USING (rule_id)
JOIN alert USING (rule_id)
JOIN series USING (series_id)
JOIN sensor USING (sensor_id)
JOIN LATERAL (
    SELECT code FROM area WHERE level IN ('city', 'district') AND starts_with(sensor.area_code, area.code)
    ORDER BY level = 'district' DESC, length(code) DESC LIMIT 1
) AS outer_area ON true
JOIN LATERAL (
    SELECT code FROM area
    WHERE level IN ('city', 'district', cap_rule.area_level) AND starts_with(sensor.area_code, area.code)
    ORDER BY level = cap_rule.area_level DESC, length(code) DESC LIMIT 1
) AS inner_area ON true
WHERE alert.closed_at IS NULL AND alert.active AND alert.suppression = 'none'
GROUP BY cap_rule.event, outer_area.code, inner_area.code
ORDER BY cap_rule.event, outer_area.code, inner_area.code

-- name: warning_terms
-- On what terms each event goes out: where rules differ, the more careful ones.
SELECT event, max(approve_to) AS approve_to, min(hours) AS hours FROM cap_rule GROUP BY event

-- name: open_warnings
-- The lives that go on, each with what was said last, which a later cancel ends.
SELECT warning.warning_id, warning.event, warning.area_code, warning.opened_at, warning.less_since,
       warning.declined_severity, warning.declined_areas,
       last.act, last.severity, last.areas, last.sent, last.expires
FROM cap_warning AS warning
LEFT JOIN LATERAL (
    SELECT act, severity, areas, sent, expires FROM cap_message
    WHERE cap_message.warning_id = warning.warning_id ORDER BY message_id DESC LIMIT 1
) AS last ON true
WHERE warning.ended_at IS NULL
FOR UPDATE OF warning

-- name: open_warning
-- Begin a life.
INSERT INTO cap_warning (event, area_code, opened_at) VALUES (%(event)s, %(area_code)s, %(now)s) RETURNING warning_id

-- name: note_less
-- Since when less holds than was said; NULL: not at all.
UPDATE cap_warning SET less_since = %(since)s WHERE warning_id = %(warning_id)s

-- name: end_warning
-- Nothing holds, nothing stands.
UPDATE cap_warning SET ended_at = %(now)s, less_since = NULL WHERE warning_id = %(warning_id)s

-- name: earlier_messages
-- What a message refers to: all of its warning that have not expired, and the last one in any case.
SELECT sender, identifier, sent FROM cap_message
WHERE warning_id = %(warning_id)s
  AND (expires > %(now)s OR message_id = (SELECT max(message_id) FROM cap_message WHERE warning_id = %(warning_id)s))
ORDER BY message_id

-- name: serial_taken
-- How many identifiers begin alike: messages of this second.
SELECT count(*) FROM cap_message WHERE starts_with(identifier, %(begins)s)

-- name: replace_messages
-- What was said before is no longer the last word.
UPDATE cap_message SET replaced_at = %(now)s WHERE warning_id = %(warning_id)s AND replaced_at IS NULL

-- name: store_message
-- Keep a message as it was signed.
INSERT INTO cap_message (warning_id, identifier, sender, sent, status, act, severity, areas, expires, texts,
                         approved_by, outline, content)
VALUES (%(warning_id)s, %(identifier)s, %(sender)s, %(sent)s, %(status)s, %(act)s, %(severity)s, %(areas)s,
        %(expires)s, %(texts)s, %(approved_by)s, %(outline)s, %(content)s)

-- name: listed_messages
-- What was said, the newest first.
SELECT message.message_id, message.warning_id, warning.event, message.identifier, message.sent, message.status,
       message.act, message.severity, message.areas, message.expires, message.texts, message.approved_by,
       message.replaced_at
FROM cap_message AS message JOIN cap_warning AS warning USING (warning_id)
WHERE %(in_force)s = (message.replaced_at IS NULL AND message.expires > %(now)s
                      AND message.act NOT IN ('Cancel', 'AllClear'))
ORDER BY message.message_id DESC LIMIT %(most)s

-- name: lead_retained
-- Be the one that has the broker keep warnings, until the end of the transaction. False: another program does.
SELECT pg_try_advisory_xact_lock(hashtext('cityops retained warnings'))

-- name: messages_in_force
-- What stands, as it was signed: of each event in a district the last. What is no exercise, or all in a demo.
SELECT DISTINCT ON (warning.event, warning.area_code) warning.event, warning.area_code, message.expires, message.content
FROM cap_message AS message JOIN cap_warning AS warning USING (warning_id)
WHERE message.replaced_at IS NULL AND message.expires > %(now)s AND message.act NOT IN ('Cancel', 'AllClear')
  AND (message.status = 'Actual' OR %(is_demo)s)
ORDER BY warning.event, warning.area_code, message.message_id DESC

-- name: outlines_in_force
-- Where what we said stands, for maps.
SELECT message_id, severity, areas AS area_codes, outline FROM cap_message
WHERE replaced_at IS NULL AND expires > %(now)s AND act NOT IN ('Cancel', 'AllClear') AND outline IS NOT NULL
ORDER BY message_id DESC LIMIT %(most)s

-- name: message_that_ended
-- How an event in a district was ended by words; nothing where it expired, or where that was long ago.
SELECT content FROM (
    SELECT act, status, sent, content FROM cap_message JOIN cap_warning USING (warning_id)
    WHERE event = %(event)s AND area_code = %(area_code)s ORDER BY message_id DESC LIMIT 1
) AS last
WHERE act IN ('Cancel', 'AllClear') AND sent > %(since)s AND (status = 'Actual' OR %(is_demo)s)

-- name: places_of
-- Names and outlines of areas.
SELECT code, name, name_en, geometry FROM area WHERE code = ANY (%(codes)s) ORDER BY code
