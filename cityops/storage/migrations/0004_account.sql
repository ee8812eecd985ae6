-- Accounts, login sessions, tokens for walls, and what people did.

CREATE TABLE app_user (
    user_name     text PRIMARY KEY CHECK (user_name ~ '^[a-z][a-z0-9._-]{0,63}$'),
    role          text NOT NULL CHECK (role IN ('viewer', 'officer', 'supervisor')),
    password_hash text NOT NULL, -- argon2id
    disabled      boolean NOT NULL DEFAULT false,
    failures      smallint NOT NULL DEFAULT 0,
    locked_until  timestamptz,
    created_at    timestamptz NOT NULL
);

CREATE TABLE login_session (
    token_hash bytea PRIMARY KEY, -- SHA-256 of the cookie's token: a stolen table opens no door
    user_name  text NOT NULL REFERENCES app_user (user_name) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE wall_token (
    token_hash bytea PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);

CREATE TABLE audit_log (
    audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL,
    actor    text NOT NULL,
    action   text NOT NULL,
    object   text NOT NULL,
    success  boolean NOT NULL,
    origin   text NOT NULL, -- the client's address, or the program
    detail   jsonb NOT NULL DEFAULT '{}'
);

-- What happened is never rewritten.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER alert_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alert_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- When each service last showed that it runs.
CREATE TABLE heartbeat (
    service text PRIMARY KEY,
    beat_at timestamptz NOT NULL
);
