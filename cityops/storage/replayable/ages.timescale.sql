-- Give the policies these ages; NULL means never. A policy that has its age already stays as it is.
-- Refreshing ends a day before the readings' age: a bucket whose readings were dropped would become empty.

CREATE OR REPLACE FUNCTION keep_ages(
    now timestamptz, readings interval, minutes interval, hours interval, compress interval) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT wanted FROM kept_ages) IS NOT DISTINCT FROM ARRAY[readings, minutes, hours, compress] THEN
        RETURN;
    END IF;
    PERFORM set_retention('reading', readings);
    PERFORM set_retention('reading_1m', minutes);
    PERFORM set_retention('reading_1h', hours);
    PERFORM set_refresh('reading_1m', readings - interval '1 day', interval '1 minute', interval '1 minute');
    PERFORM set_refresh('reading_1h', minutes - interval '2 days', interval '1 hour', interval '5 minutes');
    PERFORM set_refresh('reading_1d', hours - interval '4 days', interval '1 day', interval '1 hour');
    PERFORM set_compression('reading', compress);
    PERFORM set_compression('reading_1m', compress);
    DELETE FROM kept_ages;
    INSERT INTO kept_ages (wanted) VALUES (ARRAY[readings, minutes, hours, compress]);
END $$;

CREATE OR REPLACE FUNCTION set_retention(target regclass, age interval) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM remove_retention_policy(target, if_exists => true);
    IF age IS NOT NULL THEN
        PERFORM add_retention_policy(target, drop_after => age);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION set_compression(target regclass, age interval) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CALL remove_columnstore_policy(target, if_exists => true);
    IF age IS NOT NULL THEN
        CALL add_columnstore_policy(target, after => age);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION set_refresh(target regclass, reach interval, finished interval, every interval)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM remove_continuous_aggregate_policy(target, if_exists => true);
    PERFORM add_continuous_aggregate_policy(
        target, start_offset => reach, end_offset => finished, schedule_interval => every);
END $$;
