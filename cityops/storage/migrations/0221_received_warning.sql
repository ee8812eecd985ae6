-- Warnings of others (`cityops cap watch`): those that are believed, and those that wait for a person.

-- Signed by a certificate that is pinned for its sender.
CREATE TABLE cap_received (
    received_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sender          text NOT NULL,
    identifier      text NOT NULL,
    sent            timestamptz NOT NULL,
    status          text NOT NULL,
    msg_type        text NOT NULL,
    severity        smallint CHECK (severity BETWEEN 1 AND 4), -- as ours: 1 is Extreme; NULL: it does not say
    is_clear        boolean NOT NULL,
    expires         timestamptz NOT NULL,
    expires_assumed boolean NOT NULL,     -- it named none: 24 hours
    texts           jsonb NOT NULL,       -- {"zh": {event, headline, description, instruction, sender, areas}, "en": …}
    area_codes      text[] NOT NULL,      -- the districts of this city that it is about; none: it is about elsewhere
    referred        text[] NOT NULL,      -- the messages that it replaces or revokes: identifier and time
    source          text NOT NULL,
    received_at     timestamptz NOT NULL,
    replaced_at     timestamptz,
    content         bytea NOT NULL,
    UNIQUE (sender, identifier, sent)
);
CREATE INDEX cap_received_stands ON cap_received (expires DESC) WHERE replaced_at IS NULL;

-- What nobody vouches for. Apart, so that a forgery takes no true message's place; bounded, for anybody can send it.
CREATE TABLE cap_quarantine (
    quarantine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest        text NOT NULL UNIQUE,   -- SHA-256 of what came
    sender        text NOT NULL,          -- as it says; '' where it cannot be read
    identifier    text NOT NULL,
    headline      text NOT NULL,
    reason        text NOT NULL CHECK (reason IN ('unreadable', 'sender', 'signature', 'scope')),
    source        text NOT NULL,
    received_at   timestamptz NOT NULL
);
