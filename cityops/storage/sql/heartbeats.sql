-- name: beat
-- A service runs.
INSERT INTO heartbeat (service, beat_at) VALUES (%(service)s, %(now)s)
ON CONFLICT (service) DO UPDATE SET beat_at = EXCLUDED.beat_at

-- name: heartbeats
-- When each service was last seen.
SELECT service, beat_at FROM heartbeat
