-- name: session_seen
-- When a worker was last known to be connected with its session, locked: NULL when it never was.
SELECT seen_at FROM broker_session WHERE broker = %(broker)s AND client_id = %(client_id)s FOR UPDATE

-- name: see_session
-- A worker is connected with its session.
INSERT INTO broker_session (broker, client_id, seen_at) VALUES (%(broker)s, %(client_id)s, %(now)s)
ON CONFLICT (broker, client_id) DO UPDATE SET seen_at = greatest(broker_session.seen_at, EXCLUDED.seen_at)

-- name: note_lost_queue
-- A session was gone, or somebody else took it.
INSERT INTO lost_queue (noticed_at, since, broker, client_id, reason)
VALUES (%(now)s, %(since)s, %(broker)s, %(client_id)s, %(reason)s)

-- name: lost_queues
-- The queues that were lost since a moment, the newest first.
SELECT noticed_at, since, broker, client_id, reason FROM lost_queue WHERE noticed_at >= %(since)s
ORDER BY lost_queue_id DESC

-- name: count_lost_queues
-- How many queues were ever lost.
SELECT count(*) FROM lost_queue

-- name: forget_broker_sessions
-- A broker keeps nothing over its own end: no worker may expect a session there.
DELETE FROM broker_session WHERE broker = %(broker)s
