-- name: store_received
-- Keep a believed message, once. A later one of the same sender may have replaced it already: feeds have no order.
INSERT INTO cap_received (sender, identifier, sent, status, msg_type, severity, is_clear, expires, expires_assumed, texts,
                          area_codes, event_codes, outline, referred, source, received_at, replaced_at,
                          content)
SELECT %(sender)s, %(identifier)s, %(sent)s, %(status)s, %(msg_type)s, %(severity)s, %(is_clear)s, %(expires)s,
       %(expires_assumed)s, %(texts)s, %(area_codes)s, %(event_codes)s, %(outline)s, %(referred)s, %(source)s, %(now)s,
       CASE WHEN EXISTS (SELECT FROM cap_received AS later
                         WHERE later.sender = %(sender)s AND %(own)s = ANY (later.referred)) THEN %(now)s::timestamptz END,
       %(content)s
ON CONFLICT (sender, identifier, sent) DO NOTHING
RETURNING received_id

-- name: replace_received
-- What a message refers to is no longer the last word; only its own sender can say so.
UPDATE cap_received SET replaced_at = %(now)s
WHERE sender = %(sender)s AND replaced_at IS NULL
  AND identifier || ' ' || extract(epoch FROM sent)::bigint = ANY (%(referred)s)

-- name: store_quarantined
-- Keep a note of what nobody vouches for, once.
INSERT INTO cap_quarantine (digest, sender, identifier, headline, reason, source, received_at)
VALUES (%(digest)s, %(sender)s, %(identifier)s, %(headline)s, %(reason)s, %(source)s, %(now)s)
ON CONFLICT (digest) DO NOTHING
RETURNING quarantine_id

-- name: bound_quarantine
-- Anybody can fill it, so the oldest go.
DELETE FROM cap_quarantine WHERE quarantine_id <= (SELECT max(quarantine_id) FROM cap_quarantine) - %(most)s

-- name: city_outlines
-- The districts with their outlines; the city where it has none.
SELECT code, geometry FROM area
WHERE level = 'district' OR level = 'city' AND NOT EXISTS (SELECT FROM area WHERE level = 'district')

-- name: received_in_force
-- The warnings of others that hold here now, the worst first; in a demo exercises too, which its neighbour's are.
SELECT received_id, status, sender, identifier, sent, severity, expires, expires_assumed, texts, area_codes, outline
FROM cap_received
WHERE (status = 'Actual' OR status = 'Exercise' AND %(is_demo)s) AND msg_type IN ('Alert', 'Update') AND NOT is_clear
  AND replaced_at IS NULL AND expires > %(now)s AND area_codes <> '{}'
ORDER BY severity NULLS LAST, sent DESC, received_id DESC LIMIT %(most)s

-- name: listed_quarantined
-- What waits for a person to ask the sender, the newest first.
SELECT sender, identifier, headline, reason, source, received_at FROM cap_quarantine
ORDER BY quarantine_id DESC LIMIT %(most)s

-- name: end_quarantined
-- Somebody vouches for it now.
DELETE FROM cap_quarantine WHERE digest = %(digest)s

-- name: note_feed
-- How it went with a feed, and when it was last read without a problem.
INSERT INTO cap_feed (name, tried_at, read_at, problem)
VALUES (%(name)s, %(now)s, CASE WHEN %(problem)s = '' THEN %(now)s::timestamptz END, %(problem)s)
ON CONFLICT (name) DO UPDATE
SET tried_at = excluded.tried_at, read_at = coalesce(excluded.read_at, cap_feed.read_at), problem = excluded.problem
RETURNING read_at

-- name: forget_feeds
-- What nobody asks any more was taken out of the settings.
DELETE FROM cap_feed WHERE tried_at < %(before)s

-- name: listed_feeds
-- Where we look, what is in trouble first.
SELECT name, tried_at, read_at, problem FROM cap_feed ORDER BY problem = '', name
