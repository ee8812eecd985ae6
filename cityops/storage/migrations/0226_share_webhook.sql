-- Where departments have new rows of a set sent to (sharing/departments/push.py), and what was sent.

CREATE TABLE share_webhook (
    share_webhook_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    share_request_id bigint NOT NULL REFERENCES share_request (share_request_id),
    data_set         text NOT NULL,
    url              text NOT NULL CHECK (length(url) BETWEEN 8 AND 500),
    secret           bytea NOT NULL CHECK (length(secret) BETWEEN 24 AND 64), -- both sides sign with it
    next_key         text NOT NULL, -- where the next delivery begins
    made_by          text NOT NULL,
    made_at          timestamptz NOT NULL,
    ended_at         timestamptz,
    FOREIGN KEY (share_request_id, data_set) REFERENCES share_request_set (share_request_id, data_set)
);
-- One of a set of a grant at a time.
CREATE UNIQUE INDEX share_webhook_one ON share_webhook (share_request_id, data_set) WHERE ended_at IS NULL;

CREATE TABLE share_delivery (
    share_delivery_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    share_webhook_id  bigint NOT NULL REFERENCES share_webhook (share_webhook_id),
    message_id        text NOT NULL UNIQUE, -- the same however often it is sent
    body              bytea, -- NULL once it is not to be sent any more
    rows              integer NOT NULL,
    made_at           timestamptz NOT NULL,
    state             text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead', 'dropped')),
    due_at            timestamptz NOT NULL,
    claimed_at        timestamptz, -- somebody is sending it
    attempts          integer NOT NULL DEFAULT 0,
    settled_at        timestamptz,
    words             text NOT NULL DEFAULT '', -- what the receiver answered last
    CHECK ((body IS NULL) = (state IN ('sent', 'dropped')))
);
-- Serves: what is to be sent of a receiver, and its dead letters.
CREATE INDEX share_delivery_webhook ON share_delivery (share_webhook_id, share_delivery_id DESC);
CREATE INDEX share_delivery_due ON share_delivery (due_at) WHERE state = 'waiting';
