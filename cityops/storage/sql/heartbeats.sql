-- name: beat
-- Services and jobs did their work so many seconds ago. The last one counts: of two programs that share a job only one
-- does it. A time ahead of the clock is one from before the clock was set back.
INSERT INTO heartbeat (service, beat_at, stored_at, due_seconds, facts)
SELECT service, beat_at, clock_timestamp() - ago * interval '1 second', due, facts
FROM unnest(%(services)s::text[], %(beats_at)s::timestamptz[], %(ago)s::float8[], %(due)s::real[], %(facts)s::jsonb[])
     AS told (service, beat_at, ago, due, facts)
ORDER BY service
ON CONFLICT (service) DO UPDATE
SET beat_at = EXCLUDED.beat_at, stored_at = EXCLUDED.stored_at, due_seconds = EXCLUDED.due_seconds,
    facts = EXCLUDED.facts, stopped = false
WHERE heartbeat.stopped OR heartbeat.stored_at < EXCLUDED.stored_at OR heartbeat.stored_at > clock_timestamp()

-- name: present
-- What the clock of the database says.
SELECT clock_timestamp()

-- name: note_stop
-- A service ends because it was told to, and its jobs with it.
UPDATE heartbeat SET stopped = true, stored_at = clock_timestamp()
WHERE service = %(service)s OR starts_with(service, %(service)s || '/')

-- name: forget_gone
-- What was stopped a day ago and did not come back, and jobs that their service does not know any more.
DELETE FROM heartbeat
WHERE (stopped AND stored_at < clock_timestamp() - interval '1 day')
   OR (starts_with(service, %(service)s || '/') AND service <> ALL (%(known)s::text[]))

-- name: heartbeats
-- The last sign of life of each service and job, as old as the clock of the database says.
SELECT service, extract(epoch FROM clock_timestamp() - stored_at)::float8 AS age, due_seconds::float8 AS due,
       extract(epoch FROM beat_at - stored_at)::float8 AS clock_ahead, stopped, facts
FROM heartbeat ORDER BY service
