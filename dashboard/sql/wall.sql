-- name: read_hold
-- The scene that a person holds on all walls, if its time is not over.
SELECT scene, held_by, until FROM wall_hold WHERE until > %(now)s

-- name: hold_scene
-- Hold a scene on all walls; the last word counts.
INSERT INTO wall_hold (one, scene, held_by, held_at, until)
VALUES (true, %(scene)s, %(by)s, %(now)s, %(until)s)
ON CONFLICT (one) DO UPDATE
SET scene = EXCLUDED.scene, held_by = EXCLUDED.held_by, held_at = EXCLUDED.held_at, until = EXCLUDED.until

-- name: release_scene
-- Let the walls go on by themselves.
DELETE FROM wall_hold

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
