-- What the roll-ups ask of TimescaleDB.

-- The first day (of UTC) that has a chunk of readings and does not end before a moment; NULL when none has.
CREATE OR REPLACE FUNCTION next_reading_day(since timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT min(range_start) FROM timescaledb_information.chunks
    WHERE hypertable_schema = 'public' AND hypertable_name = 'reading' AND range_end > since
$$;

CREATE OR REPLACE FUNCTION note_removed_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('cityops rollup threshold'));
    INSERT INTO rollup_late (series_id, hour)
    SELECT OLD.series_id, date_bin('1 hour', OLD.time, 'epoch') FROM rollup_state
    WHERE OLD.time < threshold AND date_bin('1 day', OLD.time, 'epoch') NOT IN (SELECT day FROM forgotten_day);
    RETURN NULL;
END $$;
