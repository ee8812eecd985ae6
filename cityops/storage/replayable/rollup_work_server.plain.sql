-- What the roll-ups ask of plain PostgreSQL.

-- The first day (of UTC) that has a partition of readings and does not end before a moment; NULL when none has.
CREATE OR REPLACE FUNCTION next_reading_day(since timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT min(upper_end) - interval '24 hours' FROM partitions_before('reading', 'infinity') WHERE upper_end > since
$$;

CREATE OR REPLACE TRIGGER reading_removed AFTER DELETE ON reading REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION note_late_readings();
