-- name: store_wall_token
-- A token for one wall; the name is reused when a wall gets a new one.
INSERT INTO wall_token (token_hash, name, created_at) VALUES (%(token_hash)s, %(name)s, %(now)s)
ON CONFLICT (name) DO UPDATE
SET token_hash = EXCLUDED.token_hash, created_at = EXCLUDED.created_at, revoked_at = NULL

-- name: revoke_wall_token
-- A wall looks no longer; its name stays for the list.
UPDATE wall_token SET revoked_at = %(now)s WHERE name = %(name)s AND revoked_at IS NULL

-- name: wall_tokens
-- All walls' tokens, without what would open a door.
SELECT name, created_at, revoked_at FROM wall_token ORDER BY name

-- name: is_wall_token
-- Whether a wall's token is good.
SELECT EXISTS (SELECT 1 FROM wall_token WHERE token_hash = %(token_hash)s AND revoked_at IS NULL)
