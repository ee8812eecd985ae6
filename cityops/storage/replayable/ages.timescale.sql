-- Forget the next of what is older than its age; NULL means never. Readings go by dropping their chunks, only after they
-- are rolled up. At most twenty at once: each takes several places in the lock table, which all sessions share. Returns
-- false when nothing is left. What is old and kept is compressed, see compression.timescale.sql.

-- While it waits for a lock everybody who reads waits behind it: so it gives way at once, and tries again next round.
CREATE OR REPLACE FUNCTION keep_ages(
    now timestamptz, readings interval, minutes interval, hours interval, compress interval) RETURNS boolean
LANGUAGE plpgsql SET lock_timeout = '200ms' AS $$
DECLARE
    edge timestamptz := next_edge('reading', readings_end(now, readings));
BEGIN
    IF edge IS NOT NULL THEN
        INSERT INTO forgotten_day SELECT range_start FROM chunks_before('reading', edge) ON CONFLICT DO NOTHING;
        PERFORM drop_chunks('reading', older_than => edge);
        RETURN true;
    END IF;
    edge := next_edge('rolled_1m', now - minutes);
    IF edge IS NOT NULL THEN
        UPDATE rollup_state SET minutes_from = greatest(minutes_from, edge);
        PERFORM drop_chunks('rolled_1m', older_than => edge);
        RETURN true;
    END IF;
    edge := next_edge('rolled_1h', now - hours);
    IF edge IS NOT NULL THEN
        UPDATE rollup_state SET hours_from = greatest(hours_from, next_city_day(edge, zone)); -- whole days
        PERFORM drop_chunks('rolled_1h', older_than => edge);
        RETURN true;
    END IF;
    RETURN false;
END $$;

-- The chunks of a table that lie wholly before a moment.
CREATE OR REPLACE FUNCTION chunks_before(parent text, horizon timestamptz)
RETURNS TABLE (range_start timestamptz, range_end timestamptz) LANGUAGE sql STABLE AS $$
    SELECT range_start, range_end FROM timescaledb_information.chunks
    WHERE hypertable_schema = 'public' AND hypertable_name = parent AND range_end <= horizon
$$;

-- The end of the next twenty chunks of a table that lie wholly before a moment; NULL when there is none.
CREATE OR REPLACE FUNCTION next_edge(parent text, horizon timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT max(range_end) FROM (SELECT range_end FROM chunks_before(parent, horizon) ORDER BY range_end LIMIT 20) AS next
$$;
