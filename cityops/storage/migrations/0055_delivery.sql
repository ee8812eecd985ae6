-- What becomes of messages on their way: queues that were lost at a broker, reports that are missing, devices that are
-- refused.

-- The sessions that workers of ingest have at their brokers: what each broker keeps for a worker that is away.
CREATE TABLE broker_session (
    broker    text NOT NULL,        -- host:port
    client_id text NOT NULL,
    seen_at   timestamptz NOT NULL, -- when the worker was last known to be connected
    PRIMARY KEY (broker, client_id)
);

-- The sessions that were gone, with what waited in them, or that somebody else took. Append-only.
CREATE TABLE lost_queue (
    lost_queue_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    noticed_at    timestamptz NOT NULL,
    since         timestamptz NOT NULL, -- what came later than this may be lost
    broker        text NOT NULL,
    client_id     text NOT NULL,
    reason        text NOT NULL CHECK (reason IN ('gone', 'taken'))
);
-- Serves: what was lost lately, and when last.
CREATE INDEX lost_queue_noticed ON lost_queue (noticed_at);

-- How many reports of each device are missing, and how many came to be missing lately. Only devices that miss some.
CREATE TABLE missing_report (
    sensor_id text PRIMARY KEY, -- no foreign key, as in the ledger
    missing   bigint NOT NULL,
    grown     bigint NOT NULL,  -- reports that came to be missing since it last stood still
    grew_at   timestamptz
);
-- What is known already is no news.
INSERT INTO missing_report (sensor_id, missing, grown)
SELECT sensor_id, missing_before + coalesce(run_last - run_first + 1 - run_seen, 0), 0 FROM ledger
WHERE missing_before + coalesce(run_last - run_first + 1 - run_seen, 0) > 0;

ALTER TABLE ledger
    ADD COLUMN refused_run   bigint NOT NULL DEFAULT 0, -- dead letters since a report of the device was last taken
    ADD COLUMN refused_since timestamptz;               -- the first of them; NULL: none
