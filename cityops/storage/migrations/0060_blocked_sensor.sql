-- Devices and accounts that the broker refuses, because somebody said so. The audit log has who and why for ever.

CREATE TABLE blocked_sensor (
    sensor_id  text PRIMARY KEY, -- a sensor's id, or the account of a gateway
    blocked_by text NOT NULL,
    blocked_at timestamptz NOT NULL,
    reason     text NOT NULL,
    refused    bigint NOT NULL DEFAULT 0, -- messages that ingest was still given and threw away
    refused_at timestamptz
);
