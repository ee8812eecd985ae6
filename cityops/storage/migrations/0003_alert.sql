-- Rules, alerts and every change of an alert.

CREATE TABLE rule (
    rule_id    text PRIMARY KEY,
    version    integer NOT NULL DEFAULT 1,
    enabled    boolean NOT NULL DEFAULT true,
    definition jsonb NOT NULL, -- as in the TOML file
    fault      text,           -- why the engine switched the rule off, when it did
    updated_at timestamptz NOT NULL
);

CREATE TABLE alert (
    alert_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule_id         text NOT NULL REFERENCES rule (rule_id),
    series_id       integer NOT NULL REFERENCES series (series_id),
    severity        smallint NOT NULL CHECK (severity BETWEEN 1 AND 4),
    active          boolean NOT NULL, -- the condition holds
    acknowledged    boolean NOT NULL,
    opened_at       timestamptz NOT NULL, -- device time of the reading that raised it
    detected_at     timestamptz NOT NULL, -- when it was raised
    cleared_at      timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    closed_at       timestamptz, -- back to normal and acknowledged: off every list
    trigger_value   double precision NOT NULL,
    limit_value     double precision NOT NULL,
    version         integer NOT NULL DEFAULT 1
);
-- An open alert is unique per rule and series.
CREATE UNIQUE INDEX alert_open ON alert (rule_id, series_id) WHERE closed_at IS NULL;
-- Serves: the alerts of one series, newest first.
CREATE INDEX alert_series ON alert (series_id, opened_at DESC);

CREATE TABLE alert_event (
    alert_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id       bigint NOT NULL REFERENCES alert (alert_id),
    at             timestamptz NOT NULL,
    action         text NOT NULL,
    from_state     text NOT NULL, -- ISA-18.2: NORM, UNACK, ACKED, RTNUN
    to_state       text NOT NULL,
    actor          text NOT NULL,
    reason         text NOT NULL
);
-- Serves: the history of one alert.
CREATE INDEX alert_event_alert ON alert_event (alert_id, alert_event_id);
