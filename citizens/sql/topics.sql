-- name: lead_topics
-- Be the one that looks for topics, until the end of the transaction. False: another program does.
SELECT pg_try_advisory_xact_lock(hashtext('cityops topics'))

-- name: lead_forecasts
-- Be the one that marks alerts, until the end of the transaction. False: another program does.
SELECT pg_try_advisory_xact_lock(hashtext('cityops forecasts'))

-- name: known_since
-- When the first case or report came; NULL before that.
SELECT least((SELECT min(reported_at) FROM city_case), (SELECT min(received_at) FROM citizen_report))

-- name: sightings
-- What tells of incidents in a span: reports (no questions, praise or suggestions), cases and alerts that are about a
-- category. What belongs to a case has the place and category of the case, which people looked at. `belongs` is the case
-- that took others in. Refused and cancelled ones told of nothing new. `category` and `area`: "" for all.
WITH told AS (
    SELECT 'report' AS told, report_id AS number, received_at AS at, category, area_code, longitude, latitude, case_id,
           '' AS belongs
    FROM citizen_report
    WHERE received_at >= %(since)s AND received_at < %(until)s AND kind NOT IN ('consult', 'praise', 'suggest')
      AND outcome <> 'refused'
    UNION ALL
    SELECT 'case', case_id, reported_at, category, area_code, longitude, latitude, case_id, ''
    FROM city_case WHERE reported_at >= %(since)s AND reported_at < %(until)s
    UNION ALL
    SELECT 'alert', alert.alert_id, alert.opened_at, coalesce(rule.definition ->> 'case', ''), sensor.area_code,
           sensor.lon, sensor.lat,
           (SELECT max(case_id) FROM case_alert WHERE case_alert.alert_id = alert.alert_id),
           coalesce('incident ' || alert.incident_id, '')
    FROM alert JOIN rule USING (rule_id) JOIN series USING (series_id) JOIN sensor USING (sensor_id)
    WHERE alert.opened_at >= %(since)s AND alert.opened_at < %(until)s AND alert.suppression = 'none'
)
SELECT told.told, told.number, told.at, coalesce(nullif(held.category, ''), told.category) AS category,
       coalesce(held.area_code, told.area_code, '') AS area,
       coalesce(held.longitude, told.longitude) AS longitude, coalesce(held.latitude, told.latitude) AS latitude,
       coalesce('case ' || coalesce(held.master, held.case_id), told.belongs) AS belongs
FROM told LEFT JOIN city_case AS held ON held.case_id = told.case_id
WHERE coalesce(nullif(held.category, ''), told.category) <> ''
  AND coalesce(held.state, '') NOT IN ('refused', 'cancelled')
  AND coalesce(held.kind, '') NOT IN ('consult', 'praise', 'suggest')
  AND (%(category)s = '' OR coalesce(nullif(held.category, ''), told.category) = %(category)s)
  AND coalesce(held.area_code, told.area_code, '') ^@ %(area)s
ORDER BY told.at, told.told, told.number

-- name: topics_going_on
-- What is proposed or followed, and what was decided since: not to be proposed again.
SELECT category, area_code FROM topic
WHERE state IN ('proposed', 'adopted') OR coalesce(ended_at, decided_at) > %(rested)s

-- name: propose_topic
-- Propose a topic, unless it is proposed or followed already.
INSERT INTO topic (month, state, category, area_code, evidence, proposed_at)
VALUES (%(month)s, 'proposed', %(category)s, %(area)s, %(evidence)s, %(now)s)
ON CONFLICT (category, area_code) WHERE state IN ('proposed', 'adopted') DO NOTHING
RETURNING topic_id

-- name: list_topics
-- The topics that may be seen, as each state needs them: what waits first, the newest of each first.
SELECT * FROM topic
ORDER BY array_position(ARRAY['proposed', 'adopted', 'ended', 'declined'], state), proposed_at DESC, topic_id DESC
LIMIT %(most)s

-- name: find_topic
-- One topic.
SELECT * FROM topic WHERE topic_id = %(topic_id)s

-- name: save_topic
-- Store what was decided about a topic as it was seen; touches nothing when it is another by now.
UPDATE topic
SET version = version + 1, state = %(state)s, decided_by = %(actor)s, decided_at = %(now)s, reason = %(reason)s,
    plan = %(plan)s, lead_department = %(lead)s, begins_on = %(begins_on)s, ended_at = %(ended_at)s,
    since_count = %(since_count)s, since_days = %(since_days)s
WHERE topic_id = %(topic_id)s AND version = %(version)s

-- name: topics_followed
-- Topics whose plan has begun, to be counted.
SELECT topic_id, category, area_code, begins_on, since_count, since_days FROM topic
WHERE state = 'adopted' AND begins_on IS NOT NULL

-- name: count_since
-- Note how many incidents there were since a plan began; a number of no version.
UPDATE topic SET since_count = %(count)s, since_days = %(days)s
WHERE topic_id = %(topic_id)s AND begins_on = %(begins_on)s AND state = 'adopted'

-- name: cases_of_topic
-- The cases behind a topic that may be seen: what they are called, and what became of them.
SELECT case_id, number, state, address, reported_at, area_code FROM city_case WHERE case_id = ANY (%(cases)s)
ORDER BY reported_at DESC LIMIT %(most)s

-- name: alerts_of_topic
-- The alerts behind a topic that may be seen.
SELECT alert.alert_id, alert.opened_at, rule.definition -> 'title' AS title, sensor.name AS sensor_name
FROM alert JOIN rule USING (rule_id) JOIN series USING (series_id) JOIN sensor USING (sensor_id)
WHERE alert.alert_id = ANY (%(alerts)s)
ORDER BY alert.opened_at DESC LIMIT %(most)s

-- name: reports_of_topic
-- The reports behind a topic that may be seen, without what was said and by whom.
SELECT number, channel, received_at FROM citizen_report WHERE report_id = ANY (%(reports)s)
ORDER BY received_at DESC LIMIT %(most)s
