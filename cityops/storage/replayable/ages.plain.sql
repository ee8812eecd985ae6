-- Forget the next of what is older than its age; NULL means never. Readings go by dropping their partitions, only after
-- they are rolled up. At most twenty at once: each takes several places in the lock table, which all sessions share.
-- Returns false when nothing is left. `compress` is TimescaleDB's.

-- While it waits for a lock everybody who reads waits behind it: so it gives way at once, and tries again next round.
CREATE OR REPLACE FUNCTION keep_ages(
    now timestamptz, readings interval, minutes interval, hours interval, compress interval) RETURNS boolean
LANGUAGE plpgsql SET lock_timeout = '200ms' AS $$
DECLARE
    oldest timestamptz;
    old    record;
BEGIN
    FOR old IN SELECT * FROM partitions_before('reading', readings_end(now, readings)) ORDER BY upper_end LIMIT 20 LOOP
        INSERT INTO forgotten_day VALUES (old.upper_end - interval '24 hours') ON CONFLICT DO NOTHING;
        EXECUTE format('DROP TABLE %s', old.partition);
    END LOOP;
    IF FOUND THEN
        RETURN true;
    END IF;
    FOR old IN SELECT * FROM partitions_before('rolled_1m', now - minutes) ORDER BY upper_end LIMIT 20 LOOP
        UPDATE rollup_state SET minutes_from = greatest(minutes_from, old.upper_end);
        EXECUTE format('DROP TABLE %s', old.partition);
    END LOOP;
    IF FOUND THEN
        RETURN true;
    END IF;
    SELECT city_day(now - hours, zone) INTO oldest FROM rollup_state; -- whole days, which are made of hours
    DELETE FROM rolled_1h WHERE ctid = ANY (ARRAY(SELECT ctid FROM rolled_1h WHERE bucket < oldest LIMIT 100000));
    IF FOUND THEN
        UPDATE rollup_state SET hours_from = oldest WHERE hours_from < oldest;
        RETURN true;
    END IF;
    RETURN false;
END $$;

-- The partitions of a table that lie wholly before a moment. Their upper ends are in their definitions only.
CREATE OR REPLACE FUNCTION partitions_before(parent regclass, horizon timestamptz)
RETURNS TABLE (partition regclass, upper_end timestamptz) LANGUAGE sql STABLE AS $$
    SELECT inhrelid::regclass, ends.upper_end
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid,
         LATERAL (SELECT substring(pg_get_expr(relpartbound, pg_class.oid) FROM 'TO \(''(.*)''\)')::timestamptz)
             AS ends (upper_end)
    WHERE inhparent = parent AND ends.upper_end <= horizon
$$;
