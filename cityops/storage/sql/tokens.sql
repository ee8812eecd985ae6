-- name: store_api_token
-- A token of a program; the name is used again when its token has ended, or `replace` ends it. No row: it is in use.
INSERT INTO api_token (token_hash, name, role, domains, areas, created_at, created_by, expires_at)
VALUES (%(token_hash)s, %(name)s, %(role)s, %(domains)s, %(areas)s, %(now)s, %(actor)s, %(expires_at)s)
ON CONFLICT (name) DO UPDATE
SET token_hash = EXCLUDED.token_hash, role = EXCLUDED.role, domains = EXCLUDED.domains,
    areas = EXCLUDED.areas, created_at = EXCLUDED.created_at,
    created_by = EXCLUDED.created_by, expires_at = EXCLUDED.expires_at, revoked_at = NULL
WHERE %(replace)s OR api_token.revoked_at IS NOT NULL OR api_token.expires_at <= %(now)s

-- name: revoke_api_token
-- A token ends; its name stays for the audit.
UPDATE api_token SET revoked_at = %(now)s
WHERE name = %(name)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s)

-- name: api_tokens
-- All tokens, without what would open a door.
SELECT name, role, domains, areas, created_at, created_by, expires_at, revoked_at FROM api_token ORDER BY name

-- name: api_token_user
-- What a token may do.
SELECT name, role, domains, areas FROM api_token
WHERE token_hash = %(token_hash)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s)

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
