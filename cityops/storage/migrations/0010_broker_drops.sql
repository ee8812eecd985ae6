-- What brokers dropped before ingest could hear it, by their own count. One row a broker.

CREATE TABLE broker_drops (
    broker         text PRIMARY KEY,             -- host:port
    dropped        bigint NOT NULL,              -- messages since the broker was started
    dropped_before bigint NOT NULL DEFAULT 0,    -- in its earlier lives
    heard_at       timestamptz NOT NULL,         -- arrival of its last word
    grew_at        timestamptz                   -- when it last said that more were dropped; NULL: never
);
