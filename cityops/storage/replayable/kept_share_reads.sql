-- Count the reads of the oldest day (of the city) that there is by request and set, then let them go; NULL when no day is
-- wholly before the moment. Whoever calls it, what is younger than 30 days stays: the services may forget, not hide.
CREATE OR REPLACE FUNCTION forget_share_reads(before timestamptz, zone text) RETURNS date LANGUAGE plpgsql AS $$
DECLARE
    oldest  date;
    until   timestamptz;
BEGIN
    PERFORM FROM share_read_state FOR UPDATE; -- one of these at a time
    SELECT (min(at) AT TIME ZONE zone)::date INTO oldest FROM share_read;
    until := (oldest + 1)::timestamp AT TIME ZONE zone;
    IF until IS NULL OR until > least(before, clock_timestamp() - interval '30 days') THEN
        RETURN NULL;
    END IF;
    INSERT INTO share_read_day AS counted (day, share_request_id, data_set, reads, pushes, rows, last_at)
    SELECT oldest, share_request_id, data_set, count(*), count(*) FILTER (WHERE way = 'push'), sum(rows), max(at)
    FROM share_read WHERE at < until GROUP BY share_request_id, data_set
    -- A day that another time zone had begun.
    ON CONFLICT (day, share_request_id, data_set) DO UPDATE
    SET reads = counted.reads + EXCLUDED.reads, pushes = counted.pushes + EXCLUDED.pushes,
        rows = counted.rows + EXCLUDED.rows, last_at = greatest(counted.last_at, EXCLUDED.last_at);
    UPDATE share_read_state SET counted_before = greatest(counted_before, until);
    DELETE FROM share_read WHERE at < until;
    RETURN oldest;
END $$;
