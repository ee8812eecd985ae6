-- Keeping the roll-ups: what `watch` calls in every round, and the trigger that remembers late readings.
--
-- The order that loses nothing: (1) `freeze_rollups` moves the threshold, alone, while no writer is under
-- way; (2) whoever then writes a reading before the threshold notes its hour in rollup_late; (3) in another
-- transaction `roll_up_step` rolls up to the threshold, then the noted hours again.

CREATE OR REPLACE FUNCTION note_late_readings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('cityops rollup threshold'));
    INSERT INTO rollup_late (series_id, hour)
    SELECT DISTINCT series_id, date_bin('1 hour', time, 'epoch') FROM touched, rollup_state
    WHERE time < threshold AND time >= forgotten;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER reading_added AFTER INSERT ON reading REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION note_late_readings();
CREATE OR REPLACE TRIGGER reading_changed AFTER UPDATE ON reading REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION note_late_readings();
CREATE OR REPLACE TRIGGER reading_removed AFTER DELETE ON reading REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION note_late_readings();

-- Move the threshold. Waits for the writers under way and holds up new ones meanwhile; therefore it gives up
-- soon, and the caller's transaction must end at once.
CREATE OR REPLACE FUNCTION freeze_rollups(until timestamptz) RETURNS void LANGUAGE plpgsql
SET lock_timeout = '2s' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('cityops rollup threshold'));
    UPDATE rollup_state SET threshold = date_bin('1 minute', until, 'epoch')
    WHERE threshold < date_bin('1 minute', until, 'epoch');
END $$;

-- Roll up what is next, at most a day of it. Returns false when nothing is left, or another one is at it.
CREATE OR REPLACE FUNCTION roll_up_step() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    state  rollup_state;
    target timestamptz;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('cityops rollup')) THEN
        RETURN false;
    END IF;
    SELECT * INTO state FROM rollup_state;
    IF state.watermark >= state.threshold THEN
        PERFORM narrow_reading_tail();
        RETURN roll_up_late_day(state);
    END IF;
    IF state.watermark = '-infinity' THEN
        state.watermark := coalesce((SELECT date_bin('1 day', min(time), 'epoch') FROM reading), state.threshold);
    END IF;
    target := least(date_bin('1 day', state.watermark, 'epoch') + interval '1 day', state.threshold);
    PERFORM roll_up_span(state.watermark, target);
    UPDATE rollup_state SET watermark = target;
    RETURN true;
END $$;

-- Roll up all series from one moment to another; then the hours and days that are complete with it.
CREATE OR REPLACE FUNCTION roll_up_span(since timestamptz, until timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ensure_rolled_months(since, until);
    INSERT INTO rolled_1m SELECT * FROM minutes_of(since, until);
    INSERT INTO rolled_1h SELECT * FROM hours_of(date_bin('1 hour', since, 'epoch'), date_bin('1 hour', until, 'epoch'));
    INSERT INTO rolled_1d SELECT * FROM days_of(date_bin('1 day', since, 'epoch'), date_bin('1 day', until, 'epoch'));
END $$;

-- Roll up again what rollup_late says of one day. Returns false when it says nothing.
CREATE OR REPLACE FUNCTION roll_up_late_day(state rollup_state) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    first_day timestamptz := (SELECT date_bin('1 day', hour, 'epoch') FROM rollup_late LIMIT 1);
    last_hour timestamptz := first_day + interval '1 day';
    late      record;
BEGIN
    IF first_day IS NULL THEN
        RETURN false;
    END IF;
    FOR late IN
        WITH noted AS (DELETE FROM rollup_late WHERE hour >= first_day AND hour < last_hour RETURNING hour, series_id)
        SELECT hour, array_agg(DISTINCT series_id) AS series FROM noted WHERE hour >= state.forgotten GROUP BY hour
    LOOP
        PERFORM roll_up_again(late.series, late.hour, state.watermark);
    END LOOP;
    RETURN true;
END $$;

-- Roll up one hour of some series again, and their day, as far as these lie before the watermark.
CREATE OR REPLACE FUNCTION roll_up_again(series integer[], since timestamptz, watermark timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    next_hour timestamptz := since + interval '1 hour';
    day       timestamptz := date_bin('1 day', since, 'epoch');
    next_day  timestamptz := day + interval '1 day';
BEGIN
    PERFORM ensure_rolled_months(since, since);
    DELETE FROM rolled_1m WHERE bucket >= since AND bucket < next_hour AND series_id = ANY (series);
    INSERT INTO rolled_1m SELECT * FROM minutes_of(since, least(next_hour, watermark), series);
    IF next_hour <= watermark THEN
        DELETE FROM rolled_1h WHERE bucket = since AND series_id = ANY (series);
        INSERT INTO rolled_1h SELECT * FROM hours_of(since, next_hour, series);
    END IF;
    IF next_day <= watermark THEN
        DELETE FROM rolled_1d WHERE bucket = day AND series_id = ANY (series);
        INSERT INTO rolled_1d SELECT * FROM days_of(day, next_day, series);
    END IF;
END $$;

-- The buckets of a span, of some series or (NULL) of all. Planned for the values each time, so that only the
-- partitions of the span are looked at.
CREATE OR REPLACE FUNCTION minutes_of(since timestamptz, until timestamptz, wanted integer[] DEFAULT NULL)
RETURNS SETOF rolled_1m LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    RETURN QUERY
    SELECT date_bin('1 minute', reading.time, 'epoch'), reading.series_id,
           count(*)::integer, count(mean_term(metric.mean, reading.value))::integer,
           mean_value(metric.mean, avg(mean_term(metric.mean, reading.value))),
           min(reading.value), max(reading.value), (array_agg(reading.value ORDER BY reading.time DESC))[1]
    FROM reading JOIN series USING (series_id) JOIN metric USING (metric)
    WHERE reading.quality <= 2 AND reading.time >= since AND reading.time < until
      AND (wanted IS NULL OR reading.series_id = ANY (wanted))
    GROUP BY 2, 1, metric.mean;
END $$;

CREATE OR REPLACE FUNCTION hours_of(since timestamptz, until timestamptz, wanted integer[] DEFAULT NULL)
RETURNS SETOF rolled_1m LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    RETURN QUERY
    SELECT date_bin('1 hour', part.bucket, 'epoch'), part.series_id,
           sum(part.count)::integer, sum(part.weight)::integer,
           mean_value(metric.mean, sum(part.weight * mean_term(metric.mean, part.mean)) / NULLIF(sum(part.weight), 0)),
           min(part.min), max(part.max), (array_agg(part.last ORDER BY part.bucket DESC))[1]
    FROM rolled_1m AS part JOIN series USING (series_id) JOIN metric USING (metric)
    WHERE part.bucket >= since AND part.bucket < until AND (wanted IS NULL OR part.series_id = ANY (wanted))
    GROUP BY 2, 1, metric.mean;
END $$;

CREATE OR REPLACE FUNCTION days_of(since timestamptz, until timestamptz, wanted integer[] DEFAULT NULL)
RETURNS SETOF rolled_1m LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    RETURN QUERY
    SELECT date_bin('1 day', part.bucket, 'epoch'), part.series_id,
           sum(part.count)::integer, sum(part.weight)::integer,
           mean_value(metric.mean, sum(part.weight * mean_term(metric.mean, part.mean)) / NULLIF(sum(part.weight), 0)),
           min(part.min), max(part.max), (array_agg(part.last ORDER BY part.bucket DESC))[1]
    FROM rolled_1h AS part JOIN series USING (series_id) JOIN metric USING (metric)
    WHERE part.bucket >= since AND part.bucket < until AND (wanted IS NULL OR part.series_id = ANY (wanted))
    GROUP BY 2, 1, metric.mean;
END $$;

-- Bring the literal of reading_tail up to the watermark's day. A reader at work on the view may prevent it;
-- then the view is only slower until the next round.
CREATE OR REPLACE FUNCTION narrow_reading_tail() RETURNS void LANGUAGE plpgsql SET lock_timeout = '200ms' AS $$
DECLARE
    day timestamptz := (SELECT date_bin('1 day', watermark, 'epoch') FROM rollup_state WHERE isfinite(watermark));
BEGIN
    IF day > (SELECT tail FROM rollup_state) THEN
        EXECUTE format(
            'CREATE OR REPLACE VIEW reading_tail AS'
            ' SELECT time, series_id, value, quality FROM reading WHERE time >= %L::timestamptz', day);
        UPDATE rollup_state SET tail = day;
    END IF;
EXCEPTION WHEN lock_not_available THEN
    NULL;
END $$;
