-- Public warnings in the Common Alerting Protocol (CAP 1.2): which alerts become one, what waits, what was said.

-- As what the alerts of a rule go out to the public. A rule that is not here tells nobody.
CREATE TABLE cap_rule (
    rule_id    text PRIMARY KEY REFERENCES rule (rule_id),
    event      text NOT NULL,                                    -- of cap/data/events.toml
    area_level text NOT NULL CHECK (area_level IN ('city', 'district', 'street')), -- how precisely it says where
    approve_to smallint NOT NULL DEFAULT 2 CHECK (approve_to BETWEEN 0 AND 4),     -- levels 1 to this wait for a person
    hours      double precision NOT NULL CHECK (hours BETWEEN 0.5 AND 72),         -- how long a message holds
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL
);

-- One life: an event in a district.
CREATE TABLE cap_warning (
    warning_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event             text NOT NULL,
    area_code         text NOT NULL,   -- the district
    opened_at         timestamptz NOT NULL,
    less_since        timestamptz,     -- since when less holds than was said, or nothing
    declined_severity smallint CHECK (declined_severity BETWEEN 1 AND 4), -- what a person did not let out, or revoked
    declined_areas    text[] NOT NULL DEFAULT '{}',
    ended_at          timestamptz
);
CREATE UNIQUE INDEX cap_warning_open ON cap_warning (event, area_code) WHERE ended_at IS NULL;

-- What waits for a person, and what became of it.
CREATE TABLE cap_proposal (
    proposal_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    warning_id  bigint NOT NULL REFERENCES cap_warning (warning_id),
    act         text NOT NULL CHECK (act IN ('Alert', 'Update', 'AllClear', 'Cancel')),
    severity    smallint NOT NULL CHECK (severity BETWEEN 1 AND 4),
    areas       text[] NOT NULL,
    texts       jsonb NOT NULL,        -- {"zh-CN": {headline, description, instruction}, "en": …}: what the person read
    made_at     timestamptz NOT NULL,
    state       text NOT NULL CHECK (state IN ('waiting', 'approved', 'declined', 'withdrawn', 'issued')),
    decided_by  text NOT NULL DEFAULT '',
    decided_at  timestamptz,
    reason      text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX cap_proposal_open ON cap_proposal (warning_id) WHERE state IN ('waiting', 'approved');
CREATE INDEX cap_proposal_made ON cap_proposal (made_at DESC);

-- What was said: the bytes that were signed, which are served as they are.
CREATE TABLE cap_message (
    message_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    warning_id  bigint NOT NULL REFERENCES cap_warning (warning_id),
    identifier  text NOT NULL UNIQUE,
    sender      text NOT NULL,
    sent        timestamptz NOT NULL,
    status      text NOT NULL CHECK (status IN ('Actual', 'Exercise')),
    act         text NOT NULL CHECK (act IN ('Alert', 'Update', 'Renew', 'AllClear', 'Cancel')),
    severity    smallint NOT NULL CHECK (severity BETWEEN 1 AND 4),
    areas       text[] NOT NULL,
    expires     timestamptz NOT NULL,
    texts       jsonb NOT NULL,        -- {"zh-CN": {event, headline, description, instruction, sender, areas}, "en": …}
    approved_by text NOT NULL,         -- '': the rule needs nobody
    replaced_at timestamptz,           -- when a later message of its warning took its place
    content     bytea NOT NULL
);
CREATE INDEX cap_message_warning ON cap_message (warning_id, message_id DESC);
CREATE INDEX cap_message_sent ON cap_message (sent DESC);
