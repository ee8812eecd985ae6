-- name: freeze_rollups
-- From now on a reading before this moment is late. Alone in its transaction: it holds writers up.
SELECT freeze_rollups(%(until)s)

-- name: roll_up_step
-- Roll up the next piece; false when nothing is left.
SELECT roll_up_step()

-- name: keep_ages
-- Drop what is too old, or see that the server's policies do.
SELECT keep_ages(%(now)s, %(readings)s::interval, %(minutes)s::interval, %(hours)s::interval, %(compress)s::interval)
