-- name: freeze_rollups
-- From now on a reading before this moment is late. Alone in its transaction: it holds writers up.
SELECT freeze_rollups(%(until)s)

-- name: roll_up_step
-- Roll up the next piece; false when nothing is left.
SELECT roll_up_step()

-- name: rollup_progress
-- How far minutes and hours are, where they are to go, and how far the days are. One row.
SELECT watermark, threshold, days, (SELECT count(*) FROM rollup_late) AS late FROM rollup_state

-- name: keep_ages
-- Drop the next of what is too old; false when nothing is left.
SELECT keep_ages(%(now)s, %(readings)s::interval, %(minutes)s::interval, %(hours)s::interval, %(compress)s::interval)

-- name: compress_step
-- Compress the next old piece; false when nothing is left, or the server compresses nothing.
SELECT compress_step(%(now)s, %(age)s, %(again)s)

-- name: city_zone
-- Whose days the roll-ups have.
SELECT zone FROM rollup_state

-- name: knows_zone
-- Whether the server has a time zone of this name.
SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = %(zone)s)

-- name: set_city_zone
-- Make the days those of a zone; false when they are already.
SELECT set_city_zone(%(zone)s)

-- name: dropped_days
-- UTC days of which the readings are gone.
SELECT day FROM forgotten_day
