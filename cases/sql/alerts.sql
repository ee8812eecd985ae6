-- name: alert_for_case
-- An alert as a case is begun from it: what and where it is, and the last link of its history in the audit chain. NULL
-- for the hash of an event that is not committed yet. `category`: as what its rule files cases, or else all the rules
-- about sensors of this kind that file some.
SELECT alert.alert_id, alert.rule_id, alert.series_id, alert.severity, sensor.area_code, sensor.lon, sensor.lat,
       sensor.name AS sensor_name, rule.definition -> 'title' ->> 'zh' AS title,
       coalesce(nullif(rule.definition ->> 'case', ''),
                (SELECT min(other.definition ->> 'case') FROM rule AS other
                 WHERE other.enabled AND other.definition ->> 'case' <> ''
                   AND other.definition ->> 'kind' = rule.definition ->> 'kind'
                 HAVING count(DISTINCT other.definition ->> 'case') = 1), '') AS category,
       last.alert_event_id AS event, encode(link.hash, 'hex') AS hash
FROM alert
JOIN rule USING (rule_id)
JOIN series USING (series_id)
JOIN sensor USING (sensor_id)
CROSS JOIN LATERAL (SELECT alert_event_id FROM alert_event WHERE alert_event.alert_id = alert.alert_id
                    ORDER BY alert_event_id DESC LIMIT 1) AS last
LEFT JOIN audit_link AS link ON link.source = 'alert_event' AND link.row_id = last.alert_event_id
WHERE alert.alert_id = %(alert_id)s

-- name: open_case_of_alert
-- The open case that follows an alert.
SELECT case_id FROM case_alert WHERE alert_id = %(alert_id)s AND is_open

-- name: open_case_of_place
-- The open case that follows another alert of the same rule at the same place; the oldest of several.
SELECT held.case_id, city_case.version
FROM case_alert AS held
JOIN city_case USING (case_id)
JOIN alert ON alert.alert_id = held.alert_id
WHERE held.is_open AND alert.rule_id = %(rule_id)s AND alert.series_id = %(series_id)s
ORDER BY held.case_id LIMIT 1

-- name: alerts_raised_again
-- Alerts that hold and belong to an open case: another one of the same rule at the same place, or its own that was
-- raised again since it was linked. Not those that another open case follows.
SELECT DISTINCT ON (alert.alert_id) held.case_id, city_case.version, alert.alert_id
FROM case_alert AS held
JOIN city_case USING (case_id)
JOIN alert AS first ON first.alert_id = held.alert_id
JOIN alert ON alert.rule_id = first.rule_id AND alert.series_id = first.series_id AND alert.closed_at IS NULL
CROSS JOIN LATERAL (SELECT alert_event_id FROM alert_event
                    WHERE alert_event.alert_id = alert.alert_id AND action = 'raise'
                    ORDER BY alert_event_id DESC LIMIT 1) AS raised
LEFT JOIN case_alert AS own ON own.alert_id = alert.alert_id AND own.is_open
WHERE held.is_open AND alert.active
  AND (own.case_id IS NULL OR own.case_id = held.case_id AND own.alert_event_id < raised.alert_event_id)
ORDER BY alert.alert_id, held.case_id
LIMIT %(most)s

-- name: alerts_to_file
-- Alerts that hold, whose rule files a case, and that never had one.
SELECT alert.alert_id, alert.rule_id, alert.severity, rule.definition ->> 'case' AS category
FROM alert JOIN rule USING (rule_id)
WHERE alert.closed_at IS NULL AND alert.active AND alert.suppression = 'none' AND rule.definition ->> 'case' <> ''
  AND NOT EXISTS (SELECT FROM case_alert WHERE case_alert.alert_id = alert.alert_id)
ORDER BY alert.alert_id LIMIT %(most)s

-- name: had_case
-- Whether a case follows an alert, or did.
SELECT EXISTS (SELECT FROM case_alert WHERE alert_id = %(alert_id)s)

-- name: condition_holds
-- Whether the condition of an alert that a case follows holds, whoever may see the alert.
SELECT EXISTS (SELECT FROM public.case_alert JOIN public.alert USING (alert_id)
               WHERE case_id = %(case_id)s AND active AND closed_at IS NULL)

-- name: rules_that_file
-- Rules in force that file a case, and as what.
SELECT rule_id, definition ->> 'case' AS category FROM rule WHERE enabled AND definition ->> 'case' <> ''
ORDER BY rule_id
