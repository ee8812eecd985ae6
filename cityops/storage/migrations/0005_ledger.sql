-- The loss ledger: what became of everything each device sent. One row a device; the row '' is for dead letters
-- of senders that are not registered.

CREATE TABLE ledger (
    sensor_id          text PRIMARY KEY, -- no foreign key: '' is no sensor, and an entry outlives its sensor
    -- Readings: received = stored + duplicate.
    received           bigint NOT NULL DEFAULT 0,
    stored             bigint NOT NULL DEFAULT 0,
    duplicate          bigint NOT NULL DEFAULT 0,
    dead_lettered      bigint NOT NULL DEFAULT 0, -- messages
    resent             bigint NOT NULL DEFAULT 0, -- reports of which every reading was there already
    -- The run of sequence numbers at present; a device that starts counting anew begins another.
    restarts           bigint NOT NULL DEFAULT 0,
    missing_before     bigint NOT NULL DEFAULT 0, -- reports missing in the runs before
    run_first          bigint,                    -- NULL: no report with a number yet
    run_last           bigint,
    run_seen           bigint NOT NULL DEFAULT 0, -- how many of run_first to run_last came
    run_from           timestamptz,               -- device time of the run's oldest report
    run_until          timestamptz,               -- and of its newest
    -- What the online state is made of.
    heard_at           timestamptz,               -- arrival of the newest report
    reporting_since    timestamptz,               -- first arrival after the last long silence
    interval_seconds   double precision,          -- learned; NULL while too few reports came
    clock_skew_seconds double precision           -- arrival minus device time; NULL while too few came
) WITH (fillfactor = 50); -- every row is updated for ever: leave room for updates in place

-- What is known of the time before there was a ledger.
INSERT INTO ledger (sensor_id, heard_at, reporting_since)
SELECT series.sensor_id, max(latest.received_at), max(latest.received_at)
FROM latest JOIN series USING (series_id) GROUP BY series.sensor_id;

-- A dead letter that was processed again keeps its row.
ALTER TABLE dead_letter ADD COLUMN replayed_at timestamptz;
-- Serves: what waits for a sensor to be registered.
CREATE INDEX dead_letter_sensor ON dead_letter (split_part(topic, '/', 4))
    WHERE replayed_at IS NULL AND field = 'topic.sensor';
