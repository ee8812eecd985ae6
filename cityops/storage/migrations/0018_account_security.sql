-- Administrators, scopes, ages of passwords, second factors, and what is known of a session.

ALTER TABLE app_user DROP CONSTRAINT app_user_role_check;
ALTER TABLE app_user ADD CONSTRAINT app_user_role_check CHECK (role IN (
    'viewer', 'officer', 'supervisor', 'system_admin', 'security_admin', 'audit_admin'));
ALTER TABLE app_user
    ADD COLUMN domains       text[], -- NULL: all
    ADD COLUMN areas         text[], -- codes, each with all that lies in it; NULL: all
    ADD COLUMN password_at   timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN must_change   boolean NOT NULL DEFAULT false, -- at the next login
    ADD COLUMN last_login_at timestamptz,
    ADD COLUMN totp_secret   text,   -- RFC 4648 base32; NULL: no second factor
    ADD COLUMN totp_step     bigint; -- the last step that a code was used of: none counts twice

-- The passwords that may not come back.
CREATE TABLE past_password (
    user_name     text NOT NULL REFERENCES app_user (user_name) ON DELETE CASCADE,
    password_hash text NOT NULL,
    replaced_at   timestamptz NOT NULL,
    PRIMARY KEY (user_name, replaced_at)
);

ALTER TABLE login_session
    ADD COLUMN session_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE, -- what a page may show of it
    ADD COLUMN seen_at    timestamptz NOT NULL DEFAULT now(), -- when its person last did something
    ADD COLUMN origin     text NOT NULL DEFAULT '',
    ADD COLUMN device     text NOT NULL DEFAULT ''; -- the browser, as it calls itself
-- Serves: the sessions of a person.
CREATE INDEX login_session_user ON login_session (user_name);

ALTER TABLE api_token
    ADD COLUMN domains text[],
    ADD COLUMN areas   text[];
