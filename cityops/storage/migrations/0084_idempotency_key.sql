-- What became of the requests that carry an idempotency key, so that one that is sent again does nothing again.
-- Neither the key nor the body can be read out of this table: it may be guessed at by nobody who sees a backup.
CREATE TABLE idempotency_key (
    user_name text NOT NULL, -- whose request it is; a key is its sender's own
    key_digest bytea NOT NULL, -- SHA-256 of the key
    body_digest bytea, -- HMAC of the request under its key; NULL: withdrawn before it arrived
    answer jsonb, -- what it was answered with; NULL: withdrawn, or with nothing
    at timestamptz NOT NULL,
    PRIMARY KEY (user_name, key_digest)
);
-- Serves: forgetting what is old.
CREATE INDEX idempotency_key_at ON idempotency_key (at);
