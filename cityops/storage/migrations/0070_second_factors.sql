-- Recovery codes and passkeys beside one-time codes.

CREATE TABLE recovery_code (
    user_name text NOT NULL REFERENCES app_user (user_name) ON DELETE CASCADE,
    code_hash bytea NOT NULL, -- SHA-256 of 80 random bits: a stolen table opens no door
    used_at   timestamptz,    -- each counts once
    PRIMARY KEY (user_name, code_hash)
);

CREATE TABLE passkey (
    credential_id bytea PRIMARY KEY,
    user_name     text NOT NULL REFERENCES app_user (user_name) ON DELETE CASCADE,
    public_key    bytea NOT NULL,  -- COSE
    sign_count    bigint NOT NULL, -- one that goes back shows a copied authenticator
    name          text NOT NULL,   -- what its person calls it
    created_at    timestamptz NOT NULL,
    used_at       timestamptz
);
-- Serves: the passkeys of a person.
CREATE INDEX passkey_user ON passkey (user_name);

-- The challenges that were answered: each counts once. They are signed and end after minutes, so few are kept.
CREATE TABLE used_challenge (
    challenge bytea PRIMARY KEY,
    used_at   timestamptz NOT NULL
);
