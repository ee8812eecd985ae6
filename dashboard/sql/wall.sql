-- name: read_holds
-- The scenes that are held, the newest first, also by those who see more of the city than this scope; without alerts and
-- areas that are not seen in it.
SELECT scene, held_by, until, over_alerts, domains, areas FROM public.wall_hold
WHERE until > %(now)s AND CASE split_part(scene, ':', 1)
    WHEN 'incident' THEN EXISTS (SELECT FROM alert WHERE alert_id = split_part(scene, ':', 2)::bigint)
    WHEN 'district' THEN EXISTS (SELECT FROM area WHERE code = split_part(scene, ':', 2))
    ELSE true END
ORDER BY held_at DESC

-- name: hold_scene
-- Hold a scene on the walls of this scope; the last word counts.
INSERT INTO wall_hold (scene, held_by, held_at, until, over_alerts)
VALUES (%(scene)s, %(by)s, %(now)s, %(until)s, %(over_alerts)s)
ON CONFLICT (domains, areas) DO UPDATE
SET scene = EXCLUDED.scene, held_by = EXCLUDED.held_by, held_at = EXCLUDED.held_at, until = EXCLUDED.until,
    over_alerts = EXCLUDED.over_alerts

-- name: release_scene
-- Let the walls of this scope, and of those within it, go on by themselves.
DELETE FROM wall_hold

-- name: seek_district
-- Whether there is such a district, and whether it is seen in this scope.
SELECT EXISTS (SELECT FROM public.area WHERE code = %(subject)s AND level = 'district') AS known,
       EXISTS (SELECT FROM area WHERE code = %(subject)s AND level = 'district') AS seen

-- name: seek_incident
-- Whether there is such an open alert, and whether it is seen in this scope.
SELECT EXISTS (SELECT FROM public.alert WHERE alert_id = %(subject)s::bigint AND closed_at IS NULL) AS known,
       EXISTS (SELECT FROM alert WHERE alert_id = %(subject)s::bigint AND closed_at IS NULL) AS seen

-- name: scenario_extents
-- How far gas and water of the running scenario reach.
SELECT scenario_extent.name, scenario_extent.kind, scenario_extent.geometry, scenario_extent.at
FROM scenario_extent JOIN scenario_run USING (run_id) WHERE scenario_run.ended_at IS NULL

-- name: alert_spans
-- When which alert held, for the index of the past.
SELECT sensor.domain, sensor.sensor_id, alert.rule_id, alert.severity, alert.detected_at,
       coalesce(alert.cleared_at, alert.closed_at) AS over_at
FROM alert JOIN series USING (series_id) JOIN sensor USING (sensor_id)
WHERE (alert.closed_at IS NULL OR alert.closed_at >= %(start)s) AND alert.detected_at < %(end)s
  AND alert.suppression = 'none' AND starts_with(sensor.area_code, %(area)s)
