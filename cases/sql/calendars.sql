-- name: calendar_version
-- The content of one version of a calendar.
SELECT content FROM work_calendar_version WHERE calendar = %(calendar)s AND version = %(version)s

-- name: calendar_in_force
-- The version of a calendar that counts what is dispatched now.
SELECT version FROM work_calendar WHERE calendar = %(calendar)s

-- name: next_calendar_version
-- Take the next version of a calendar; of two at once the second waits.
INSERT INTO work_calendar (calendar, version, updated_at) VALUES (%(calendar)s, 1, %(now)s)
ON CONFLICT (calendar) DO UPDATE SET version = work_calendar.version + 1, updated_at = excluded.updated_at
RETURNING version

-- name: store_calendar_version
-- A version of a calendar; it never changes.
INSERT INTO work_calendar_version (calendar, version, content, imported_at, imported_by)
VALUES (%(calendar)s, %(version)s, %(content)s, %(now)s, %(actor)s)

-- name: store_work_days
-- Every day of a version.
INSERT INTO work_day (calendar, version, day, by_law, worked, assumed, closes, place)
SELECT %(calendar)s, %(version)s, part.*
FROM unnest(%(day)s::date[], %(by_law)s::boolean[], %(worked)s::boolean[], %(assumed)s::boolean[],
            %(closes)s::timestamptz[], %(place)s::integer[]) AS part

-- name: store_work_intervals
-- All working time of a version.
INSERT INTO work_interval (calendar, version, opens, closes, worked_before, worked_after)
SELECT %(calendar)s, %(version)s, part.*
FROM unnest(%(opens)s::bigint[], %(closes)s::bigint[], %(worked_before)s::bigint[],
            %(worked_after)s::bigint[]) AS part

-- name: count_due
-- The deadline of a clock, counted by the database.
SELECT due, provisional
FROM case_due(%(calendar)s, %(version)s, %(zone)s, %(day_hours)s::numeric, %(clock)s::jsonb)
