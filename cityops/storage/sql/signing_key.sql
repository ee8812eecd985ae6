-- name: offer_signing_key
-- Keep this key, unless there is one: of two programs that start at once, one makes it.
INSERT INTO signing_key (key, made_at) VALUES (%(key)s, %(now)s) ON CONFLICT DO NOTHING

-- name: signing_key
-- The key of this city; no row until somebody offers one.
SELECT key FROM signing_key
