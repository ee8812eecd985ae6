-- The whole life of an alert, incidents, what people are told, and the tokens of other programs.

-- Alerts near in place and time: what a storm is read as.
CREATE TABLE incident (
    incident_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    opened_at         timestamptz NOT NULL, -- device time of its first alert
    severity          smallint NOT NULL CHECK (severity BETWEEN 1 AND 4), -- the highest of its alerts
    headline_alert_id bigint NOT NULL,      -- the alert that stands for it
    alerts            integer NOT NULL,
    open_alerts       integer NOT NULL,
    closed_at         timestamptz,          -- its last alert was closed
    merged_into       bigint REFERENCES incident (incident_id)
);
-- Serves: the incidents that are still open.
CREATE INDEX incident_open ON incident (incident_id) WHERE closed_at IS NULL;

-- The state of ISA-18.2 is four independent fields: active, acknowledged, latched, suppression.
ALTER TABLE alert
    ADD COLUMN latched           boolean NOT NULL DEFAULT false, -- a person must reset it when the condition is gone
    ADD COLUMN suppression       text NOT NULL DEFAULT 'none'
        CHECK (suppression IN ('none', 'shelved', 'by_design', 'out_of_service')),
    ADD COLUMN suppressed_at     timestamptz,
    ADD COLUMN suppressed_by     text,
    ADD COLUMN suppressed_reason text,
    ADD COLUMN shelved_until     timestamptz,
    ADD COLUMN stale_since       timestamptz, -- no fresh good reading: nobody knows whether the condition holds
    ADD COLUMN assigned_to       text,
    ADD COLUMN department        text NOT NULL DEFAULT '',
    ADD COLUMN ack_due           timestamptz, -- until when somebody should have it
    ADD COLUMN handle_due        timestamptz, -- until when it should be over
    ADD COLUMN lease_until       timestamptz, -- an acknowledgement that nobody acts on ends here
    ADD COLUMN escalate_at       timestamptz, -- when the next level is told
    ADD COLUMN escalation_level  smallint NOT NULL DEFAULT 0,
    ADD COLUMN incident_id       bigint REFERENCES incident (incident_id),
    ADD CONSTRAINT alert_shelf_ends CHECK ((suppression = 'shelved') = (shelved_until IS NOT NULL));
-- Serves: the alerts of an incident.
CREATE INDEX alert_incident ON alert (incident_id);
-- Serves: which alerts of the last minutes a new one is near to.
CREATE INDEX alert_opened ON alert (opened_at DESC);

-- The outbox: what is to be told to whom, and what became of it.
CREATE TABLE notification (
    notification_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key             text NOT NULL UNIQUE, -- what makes telling it twice impossible
    alert_id        bigint NOT NULL REFERENCES alert (alert_id),
    channel         text NOT NULL,        -- of CITYOPS_NOTIFY_FILE
    kind            text NOT NULL CHECK (kind IN ('raised', 'escalated', 'nag')),
    level           smallint NOT NULL,
    severity        smallint NOT NULL CHECK (severity BETWEEN 1 AND 4),
    title           text NOT NULL,
    body            text NOT NULL,
    created_at      timestamptz NOT NULL,
    due_at          timestamptz NOT NULL, -- not before: quiet hours, or the next try
    claimed_at      timestamptz,          -- somebody is sending it
    attempts        integer NOT NULL DEFAULT 0,
    delivered_at    timestamptz,
    receipt         text,                 -- what the channel answered
    error           text,                 -- why the last try failed
    failed_at       timestamptz,          -- given up: nobody was told
    withdrawn_at    timestamptz           -- no longer news before it could be sent
);
-- Serves: what is to be sent, the most urgent first.
CREATE INDEX notification_due ON notification (severity, due_at)
    WHERE delivered_at IS NULL AND failed_at IS NULL AND withdrawn_at IS NULL;
-- Serves: who was told about an alert.
CREATE INDEX notification_alert ON notification (alert_id);

-- Other programs, each with the role of a person.
CREATE TABLE api_token (
    token_hash bytea PRIMARY KEY, -- SHA-256: a stolen table opens no door
    name       text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9._-]{0,63}$'),
    role       text NOT NULL CHECK (role IN ('viewer', 'officer', 'supervisor')),
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    revoked_at timestamptz
);
