-- name: note_drops
-- A broker's counter. One that is lower than before was started anew; of two workers the later word counts.
INSERT INTO broker_drops AS known (broker, dropped, heard_at, grew_at)
VALUES (%(broker)s, %(dropped)s, %(heard_at)s, CASE WHEN %(dropped)s > 0 THEN %(heard_at)s::timestamptz END)
ON CONFLICT (broker) DO UPDATE SET
    dropped_before = known.dropped_before + CASE WHEN EXCLUDED.dropped < known.dropped THEN known.dropped ELSE 0 END,
    dropped = EXCLUDED.dropped,
    heard_at = EXCLUDED.heard_at,
    grew_at = CASE WHEN EXCLUDED.dropped NOT IN (0, known.dropped) THEN EXCLUDED.heard_at ELSE known.grew_at END
WHERE known.heard_at <= EXCLUDED.heard_at

-- name: broker_drops
-- What each broker dropped in all.
SELECT broker, dropped_before + dropped AS dropped, grew_at, heard_at FROM broker_drops ORDER BY broker
