-- When each service and each timed job last did its work, and how long it may take until it does so again.
ALTER TABLE heartbeat
    ADD COLUMN due_seconds real NOT NULL DEFAULT 10,   -- since the last one; after that it is late
    ADD COLUMN stored_at timestamptz NOT NULL DEFAULT clock_timestamp(), -- beat_at by the database's clock, which judges
    ADD COLUMN stopped boolean NOT NULL DEFAULT false, -- it said itself that it ends
    ADD COLUMN facts jsonb NOT NULL DEFAULT '{}';      -- what the page of the system's state shows of it
COMMENT ON COLUMN heartbeat.service IS 'ingest, watch, dashboard; with a slash one worker (ingest/north) or job (watch/days)';
COMMENT ON COLUMN heartbeat.beat_at IS 'by the clock of the service';
