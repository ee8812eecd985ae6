-- name: store_scenario
-- A story that the simulator can tell.
INSERT INTO scenario (name, position, definition) VALUES (%(name)s, %(position)s, %(definition)s)
ON CONFLICT (name) DO UPDATE SET position = EXCLUDED.position, definition = EXCLUDED.definition

-- name: store_scenario_sensors
-- Make known which sensors are simulated.
INSERT INTO scenario_sensor (sensor_id) SELECT unnest(%(sensors)s::text[]) ON CONFLICT (sensor_id) DO NOTHING

-- name: scenarios
-- All stories in the order of the presenter's page.
SELECT definition::text AS definition FROM scenario ORDER BY position, name

-- name: lock_scenario_run
-- Two presenters that start at once start one after the other.
LOCK TABLE scenario_run IN SHARE ROW EXCLUSIVE MODE

-- name: start_scenario_run
-- A story begins, after its lead-in.
INSERT INTO scenario_run (name, pace, started_at, started_by, anchor_at, anchor_seconds)
VALUES (%(name)s, %(pace)s, %(now)s, %(actor)s, %(begins)s, 0) RETURNING run_id

-- name: current_scenario_run
-- The story that is being told.
SELECT run_id, name, pace, started_at, started_by, anchor_at, anchor_seconds, ended_at
FROM scenario_run WHERE ended_at IS NULL

-- name: scenario_run
-- One run, over or not.
SELECT run_id, name, pace, started_at, started_by, anchor_at, anchor_seconds, ended_at
FROM scenario_run WHERE run_id = %(run_id)s

-- name: jump_scenario_run
-- The story goes on at another place. Touches nothing when it is over, or somebody else has jumped meanwhile.
UPDATE scenario_run SET anchor_at = %(now)s, anchor_seconds = %(seconds)s
WHERE run_id = %(run_id)s AND ended_at IS NULL AND anchor_at = %(known_anchor)s

-- name: end_scenario_run
-- The story ends. Touches nothing when it is over already.
UPDATE scenario_run SET ended_at = %(now)s WHERE run_id = %(run_id)s AND ended_at IS NULL

-- name: clear_scenario_extents
-- What was drawn of a run.
DELETE FROM scenario_extent WHERE run_id = %(run_id)s

-- name: store_scenario_extent
-- How far a plume or a flood reaches now.
INSERT INTO scenario_extent (run_id, name, kind, geometry, at)
VALUES (%(run_id)s, %(name)s, %(kind)s, %(geometry)s, %(at)s)
ON CONFLICT (run_id, name) DO UPDATE SET geometry = EXCLUDED.geometry, at = EXCLUDED.at

-- name: scenario_extents
-- What a map draws of the story that is being told.
SELECT scenario_extent.name, kind, geometry, at
FROM scenario_extent JOIN scenario_run USING (run_id) WHERE ended_at IS NULL ORDER BY scenario_extent.name
