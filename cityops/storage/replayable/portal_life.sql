-- The portal's sign of life. It may give its own and nobody else's, and says nothing with it: whoever broke in there
-- shows the operations room no words. By the database's clock, as all of them.
CREATE FUNCTION portal.show_life(said_at timestamptz, is_ending boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO heartbeat (service, beat_at, stored_at, facts, stopped)
    VALUES ('portal', said_at, clock_timestamp(), '{}', is_ending)
    ON CONFLICT (service) DO UPDATE
    SET beat_at = EXCLUDED.beat_at, stored_at = EXCLUDED.stored_at, stopped = EXCLUDED.stopped
$$;
