-- name: clocks_of
-- The clocks of some devices, as far as they are, or ever were, not simply right.
SELECT sensor_id, clock_correction, clock_set_at, clock_placed, doubt_time, doubt_at, is_erratic
FROM ledger
WHERE sensor_id = ANY (%(sensors)s)
  AND (clock_set_at IS NOT NULL OR doubt_at IS NOT NULL OR clock_placed IS NOT NULL)

-- name: store_clocks
-- What was learned of clocks. In order of the sensor, so that two workers cannot wait for each other.
INSERT INTO ledger (
    sensor_id, clock_correction, clock_set_at, clock_shift, clock_placed, doubt_time, doubt_at, is_erratic)
SELECT * FROM unnest(%(sensor_id)s::text[], %(correction)s::interval[], %(set_at)s::timestamptz[],
                     %(shift)s::interval[], %(placed)s::interval[], %(doubt_time)s::timestamptz[],
                     %(doubt_at)s::timestamptz[], %(is_erratic)s::boolean[]) AS learned (sensor_id)
ORDER BY learned.sensor_id
ON CONFLICT (sensor_id) DO UPDATE
SET clock_correction = EXCLUDED.clock_correction, clock_set_at = EXCLUDED.clock_set_at,
    clock_shift = EXCLUDED.clock_shift, clock_placed = EXCLUDED.clock_placed,
    doubt_time = EXCLUDED.doubt_time, doubt_at = EXCLUDED.doubt_at, is_erratic = EXCLUDED.is_erratic
