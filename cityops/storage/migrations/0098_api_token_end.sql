-- A token may end by itself: one that everybody forgot opens nothing any more.
ALTER TABLE api_token
    ADD COLUMN expires_at timestamptz; -- until then it is good, unless it is revoked before; NULL: no end
