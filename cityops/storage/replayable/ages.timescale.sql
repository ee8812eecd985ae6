-- Forget what is older than its age; NULL means never. Readings go by dropping their chunks, only after they are
-- rolled up. What is old and kept is compressed, see compression.timescale.sql.

-- While it waits for a lock everybody who reads waits behind it: so it gives way at once, and tries again next round.
CREATE OR REPLACE FUNCTION keep_ages(
    now timestamptz, readings interval, minutes interval, hours interval, compress interval) RETURNS void
LANGUAGE plpgsql SET lock_timeout = '200ms' AS $$
DECLARE
    state    rollup_state;
    horizon  timestamptz := readings_end(now, readings);
    whole    timestamptz;
BEGIN
    SELECT * INTO state FROM rollup_state;
    INSERT INTO forgotten_day SELECT range_start FROM chunks_before('reading', horizon) ON CONFLICT DO NOTHING;
    UPDATE rollup_state SET
        minutes_from = greatest(minutes_from, (SELECT max(range_end) FROM chunks_before('rolled_1m', now - minutes))),
        hours_from = greatest(hours_from, (SELECT next_city_day(max(range_end), zone) -- whole days, made of hours
                                           FROM chunks_before('rolled_1h', now - hours)));
    PERFORM drop_chunks('reading', older_than => horizon) WHERE isfinite(horizon);
    PERFORM drop_chunks('rolled_1m', older_than => now - minutes) WHERE minutes IS NOT NULL;
    PERFORM drop_chunks('rolled_1h', older_than => now - hours) WHERE hours IS NOT NULL;
END $$;

-- The chunks of a table that lie wholly before a moment.
CREATE OR REPLACE FUNCTION chunks_before(parent text, horizon timestamptz)
RETURNS TABLE (range_start timestamptz, range_end timestamptz) LANGUAGE sql STABLE AS $$
    SELECT range_start, range_end FROM timescaledb_information.chunks
    WHERE hypertable_schema = 'public' AND hypertable_name = parent AND range_end <= horizon
$$;
