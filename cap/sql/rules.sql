-- name: list_cap_rules
-- Which rules go out, and as what; with the title of each.
SELECT cap_rule.rule_id, cap_rule.event, cap_rule.area_level, cap_rule.approve_to, cap_rule.hours, cap_rule.changed_by,
       cap_rule.changed_at, rule.definition -> 'title' AS title
FROM cap_rule JOIN rule USING (rule_id) ORDER BY cap_rule.event, cap_rule.rule_id

-- name: known_rules
-- The rules that can go out: those about what we measure. What others warn of is theirs to say.
SELECT rule_id, definition -> 'title' AS title FROM rule
WHERE definition #>> '{when,type}' IS DISTINCT FROM 'warning' ORDER BY rule_id

-- name: store_cap_rule
-- Let the alerts of a rule out, or on other terms.
INSERT INTO cap_rule (rule_id, event, area_level, approve_to, hours, changed_by, changed_at)
VALUES (%(rule_id)s, %(event)s, %(area_level)s, %(approve_to)s, %(hours)s, %(actor)s, %(now)s)
ON CONFLICT (rule_id) DO UPDATE SET event = excluded.event, area_level = excluded.area_level,
    approve_to = excluded.approve_to, hours = excluded.hours, changed_by = excluded.changed_by,
    changed_at = excluded.changed_at

-- name: remove_cap_rule
-- Keep the alerts of a rule in.
DELETE FROM cap_rule WHERE rule_id = %(rule_id)s

-- name: any_cap_rule
-- Whether anybody ever let a rule out.
SELECT EXISTS (SELECT FROM cap_rule) OR EXISTS (SELECT FROM audit_log WHERE action LIKE 'warning.rule%%')
