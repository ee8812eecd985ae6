-- Keeping the roll-ups: what `watch` calls in every round, and the triggers that remember late readings.
--
-- The order that loses nothing: (1) `freeze_rollups` moves the threshold, alone, while no writer is under
-- way; (2) whoever then writes a reading before the threshold notes its hour in rollup_late; (3) in another
-- transaction `roll_up_step` rolls up to the threshold, then the noted hours again, then the days that are over.

CREATE OR REPLACE FUNCTION note_late_readings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('cityops rollup threshold'));
    INSERT INTO rollup_late (series_id, hour, since, until)
    SELECT series_id, date_bin('1 hour', time, 'epoch'), min(time), max(time) FROM touched, rollup_state
    WHERE time < threshold AND date_bin('1 day', time, 'epoch') NOT IN (SELECT day FROM forgotten_day)
    GROUP BY 1, 2;
    RETURN NULL;
END $$;
-- A reading may be given to another series: both are touched.
CREATE OR REPLACE FUNCTION note_changed_readings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('cityops rollup threshold'));
    INSERT INTO rollup_late (series_id, hour, since, until)
    SELECT series_id, date_bin('1 hour', time, 'epoch'), min(time), max(time)
    FROM (SELECT series_id, time FROM touched UNION SELECT series_id, time FROM untouched) AS changed, rollup_state
    WHERE time < threshold AND date_bin('1 day', time, 'epoch') NOT IN (SELECT day FROM forgotten_day)
    GROUP BY 1, 2;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER reading_added AFTER INSERT ON reading REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION note_late_readings();
CREATE OR REPLACE TRIGGER reading_changed AFTER UPDATE ON reading
    REFERENCING NEW TABLE AS touched OLD TABLE AS untouched
    FOR EACH STATEMENT EXECUTE FUNCTION note_changed_readings();

-- A metric that is averaged in another way from now on is rolled up again, as far back as there are minutes.
CREATE OR REPLACE FUNCTION note_changed_mean() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rollup_late (series_id, hour)
    SELECT series_id, bucket
    FROM (SELECT series_id, bucket FROM rolled_1h UNION ALL SELECT series_id, bucket FROM rolled_hour_open) AS part
    JOIN series USING (series_id)
    WHERE series.metric = NEW.metric AND bucket >= (SELECT minutes_from FROM rollup_state)
      AND OLD.mean IS DISTINCT FROM NEW.mean;
    PERFORM restart_areas('0');
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER mean_changed AFTER UPDATE OF mean, weighed_by ON metric FOR EACH ROW
    WHEN ((OLD.mean, OLD.weighed_by) IS DISTINCT FROM (NEW.mean, NEW.weighed_by)) EXECUTE FUNCTION note_changed_mean();

-- Move the threshold. Waits for the writers under way and holds up new ones meanwhile; therefore it gives up
-- soon, and the caller's transaction must end at once.
CREATE OR REPLACE FUNCTION freeze_rollups(until timestamptz) RETURNS void LANGUAGE plpgsql
SET lock_timeout = '2s' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('cityops rollup threshold'));
    UPDATE rollup_state SET threshold = date_bin('1 minute', until, 'epoch')
    WHERE threshold < date_bin('1 minute', until, 'epoch');
END $$;

-- Roll up what is next, at most a day of it. Returns false when nothing is left, or another one is at it. On one core:
-- nobody waits for it, and somebody does for the others.
CREATE OR REPLACE FUNCTION roll_up_step() RETURNS boolean LANGUAGE plpgsql
SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    state rollup_state;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('cityops rollup')) THEN
        RETURN false;
    END IF;
    SELECT * INTO state FROM rollup_state;
    PERFORM roll_up_members(state);
    IF state.watermark < state.threshold THEN
        PERFORM roll_up_day(state);
        RETURN true;
    END IF;
    PERFORM narrow_reading_tail();
    RETURN roll_up_late_day(state) OR roll_up_city_days(state) OR roll_up_moved_day(state) OR roll_up_past_areas(state);
END $$;

-- Roll up the minutes of the next day (of UTC) that may have readings, and the hours that are complete with it.
CREATE OR REPLACE FUNCTION roll_up_day(state rollup_state) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    day    timestamptz := coalesce(next_reading_day(state.watermark), state.threshold);
    since  timestamptz := greatest(day, state.watermark);
    target timestamptz := least(day + interval '24 hours', state.threshold);
BEGIN
    IF since < target THEN
        PERFORM ensure_rolled_months(since, target);
        INSERT INTO rolled_1m SELECT * FROM minutes_of(since, target) ORDER BY bucket; -- so that a short span lies together
    END IF;
    -- The hour that the watermark stood in is not rolled up yet.
    INSERT INTO rolled_1h SELECT * FROM hours_of(
        date_bin('1 hour', CASE WHEN isfinite(state.watermark) THEN state.watermark ELSE since END, 'epoch'),
        date_bin('1 hour', target, 'epoch'));
    PERFORM roll_up_open_hour(since, target);
    PERFORM roll_up_areas(state, target);
    UPDATE rollup_state SET watermark = target;
END $$;

-- Roll up the next days of the city that are over: at most a hundred, and no more once there was enough to do.
-- Returns false when there is none.
CREATE OR REPLACE FUNCTION roll_up_city_days(state rollup_state) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    since  timestamptz := state.days;
    until  timestamptz;
    made   bigint;
    folded bigint := 0;
BEGIN
    IF NOT isfinite(since) THEN
        since := city_day(coalesce((SELECT min(bucket) FROM rolled_1h), state.watermark), state.zone);
    END IF;
    FOR turn IN 1 .. 100 LOOP
        until := next_city_day(since, state.zone);
        EXIT WHEN until > state.watermark OR folded > 20000;
        INSERT INTO rolled_1d SELECT * FROM days_of(since, until, state);
        GET DIAGNOSTICS made = ROW_COUNT;
        folded := folded + made;
        since := until;
    END LOOP;
    UPDATE rollup_state SET days = since WHERE days < since;
    RETURN FOUND;
END $$;

-- Roll up again what rollup_late says of one day (of UTC): hours of series, then their days. Returns false when it
-- says nothing. Minutes of a day whose readings are forgotten stay; a changed mean is noted there too.
CREATE OR REPLACE FUNCTION roll_up_late_day(state rollup_state) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    midnight     timestamptz := (SELECT date_bin('1 day', hour, 'epoch') FROM rollup_late LIMIT 1);
    notes        rollup_late[];
    late         record;
    has_readings boolean;
BEGIN
    IF midnight IS NULL THEN
        RETURN false;
    END IF;
    WITH noted AS (
        DELETE FROM rollup_late WHERE hour >= midnight AND hour < midnight + interval '24 hours'
        RETURNING rollup_late AS note)
    SELECT array_agg(DISTINCT note), midnight NOT IN (SELECT day FROM forgotten_day) INTO notes, has_readings FROM noted;
    FOR late IN SELECT hour, array_agg(DISTINCT series_id) AS series FROM unnest(notes) GROUP BY hour LOOP
        IF has_readings THEN
            PERFORM roll_up_minutes_again(late.series, late.hour, state.watermark);
        END IF;
        PERFORM roll_up_hour_again(late.series, late.hour, state.watermark);
        PERFORM roll_up_areas_again(late.series, late.hour, state);
    END LOOP;
    FOR late IN
        SELECT city_day, array_agg(DISTINCT series_id) AS series
        FROM unnest(notes), LATERAL (VALUES (city_day(hour, state.zone)),
                                            (city_day(hour + interval '59 minutes', state.zone))) AS touched (city_day)
        GROUP BY city_day
    LOOP
        PERFORM roll_up_city_day_again(late.series, late.city_day, state);
    END LOOP;
    PERFORM note_late_for_readers(notes);
    RETURN true;
END $$;

-- Tell who reads shared data on what came late, of the kinds that somebody was granted. Only `roll_up_step` calls it,
-- which one transaction at a time does: so the numbers of the notes are in the order in which others see them.
CREATE OR REPLACE FUNCTION note_late_for_readers(notes rollup_late[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO share_late (series_id, hour, since, until)
    SELECT series_id, hour, min(note.since), max(note.until)
    FROM unnest(notes) AS note JOIN series USING (series_id) JOIN sensor USING (sensor_id)
    WHERE note.since IS NOT NULL
      AND kind IN (SELECT one.kind FROM data_set AS one JOIN share_request_set ON data_set = one.name
                   JOIN share_request USING (share_request_id)
                   WHERE state = 'granted' AND expires_at > clock_timestamp() AND one.kind IS NOT NULL)
    GROUP BY series_id, hour ORDER BY hour, series_id
$$;

-- Roll up the minutes of one hour of some series again, as far as they lie before the watermark; then the hour.
CREATE OR REPLACE FUNCTION roll_up_minutes_again(series integer[], since timestamptz, watermark timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    next_hour timestamptz := since + interval '1 hour';
BEGIN
    PERFORM ensure_rolled_months(since, since);
    DELETE FROM rolled_1m WHERE bucket >= since AND bucket < next_hour AND series_id = ANY (series);
    INSERT INTO rolled_1m SELECT * FROM minutes_of(since, least(next_hour, watermark), series);
END $$;

CREATE OR REPLACE FUNCTION roll_up_hour_again(series integer[], since timestamptz, watermark timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    next_hour timestamptz := since + interval '1 hour';
BEGIN
    IF next_hour <= watermark THEN
        DELETE FROM rolled_1h WHERE bucket = since AND series_id = ANY (series);
        INSERT INTO rolled_1h SELECT * FROM hours_of(since, next_hour, series);
    ELSIF since < watermark THEN
        DELETE FROM rolled_hour_open WHERE series_id = ANY (series);
        INSERT INTO rolled_hour_open SELECT * FROM hours_of(since, watermark, series);
    END IF;
END $$;

-- Bring the hour that a watermark stands in up to it: the minutes from `since` on are new. What stands already is not
-- read again, so that the sixtieth minute costs as much as the second.
CREATE OR REPLACE FUNCTION roll_up_open_hour(since timestamptz, watermark timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    hour timestamptz := date_bin('1 hour', watermark, 'epoch');
BEGIN
    IF since <= hour THEN
        DELETE FROM rolled_hour_open;
        INSERT INTO rolled_hour_open SELECT * FROM hours_of(hour, watermark);
    ELSE
        INSERT INTO rolled_hour_open SELECT * FROM hours_of(since, watermark, resume => true)
        ON CONFLICT (series_id) DO UPDATE
        SET (count, weight, mean, min, max, last, resultant) = (EXCLUDED.count, EXCLUDED.weight, EXCLUDED.mean,
             EXCLUDED.min, EXCLUDED.max, EXCLUDED.last, EXCLUDED.resultant);
    END IF;
END $$;

-- Roll up one day of some series again, if it is rolled up already. A day of which hours were dropped stays.
CREATE OR REPLACE FUNCTION roll_up_city_day_again(series integer[], since timestamptz, state rollup_state) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    until timestamptz := next_city_day(since, state.zone);
BEGIN
    IF until <= state.days AND since >= state.hours_from THEN
        DELETE FROM rolled_1d WHERE bucket = since AND series_id = ANY (series);
        INSERT INTO rolled_1d SELECT * FROM days_of(since, until, state, series);
    END IF;
END $$;

-- The buckets of a span, of some series or (NULL) of all. Planned for the values each time, so that only the
-- partitions of the span are looked at. Never by nested loops: what is newer than the last ANALYZE is estimated as one
-- row, and each of hundreds of thousands would be compared with each metric. What is the same as a minute's mean is NULL,
-- as rolled_1m keeps it.
CREATE OR REPLACE FUNCTION minutes_of(since timestamptz, until timestamptz, wanted integer[] DEFAULT NULL)
RETURNS SETOF rolled_1m LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_custom_plan SET enable_nestloop = off AS $$
BEGIN
    RETURN QUERY
    SELECT bucket, series_id, count, weight, mean, nullif(min, mean), nullif(max, mean), nullif(last, mean), resultant
    FROM (
        SELECT bucket, series_id, count, weight, mean_value(kind, terms, easts, weight) AS mean, min, max, last,
               mean_resultant(kind, terms, easts, weight) AS resultant
        FROM (
            SELECT date_bin('1 minute', reading.time, 'epoch') AS bucket, reading.series_id, metric.mean AS kind,
                   count(*)::integer AS count, count(mean_term(metric.mean, reading.value))::integer AS weight,
                   sum(mean_term(metric.mean, reading.value)) AS terms, sum(east_term(metric.mean, reading.value)) AS easts,
                   min(reading.value) AS min, max(reading.value) AS max,
                   (array_agg(reading.value ORDER BY reading.time DESC))[1] AS last
            FROM reading JOIN series USING (series_id) JOIN metric USING (metric)
            WHERE reading.quality <= 2 AND reading.time >= since AND reading.time < until
              AND (wanted IS NULL OR reading.series_id = ANY (wanted) AND series.series_id = ANY (wanted))
            GROUP BY 2, 1, 3
        ) AS folded
    ) AS minute;
END $$;

-- The same minutes as they are asked for, each value in its place.
CREATE OR REPLACE FUNCTION newest_minutes(since timestamptz, until timestamptz, wanted integer[]) RETURNS SETOF rolled_1m
LANGUAGE sql STABLE AS $$
    SELECT bucket, series_id, count, weight, mean, coalesce(min, mean), coalesce(max, mean), coalesce(last, mean), resultant
    FROM minutes_of(since, until, wanted)
$$;

-- `resume`: what stands of the open hour of the series that have minutes in the span is in it.
CREATE OR REPLACE FUNCTION hours_of(
    since timestamptz, until timestamptz, wanted integer[] DEFAULT NULL, resume boolean DEFAULT false)
RETURNS SETOF rolled_1m LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_custom_plan SET enable_nestloop = off AS $$
BEGIN
    RETURN QUERY
    SELECT bucket, series_id, count, weight, mean_value(kind, terms, easts, weight), min, max, last,
           mean_resultant(kind, terms, easts, weight)
    FROM (
        SELECT date_bin('1 hour', part.bucket, 'epoch') AS bucket, part.series_id, metric.mean AS kind,
               sum(part.count)::integer AS count, sum(part.weight)::integer AS weight,
               sum(part.weight * mean_term(metric.mean, part.mean, part.resultant)) AS terms,
               sum(part.weight * east_term(metric.mean, part.mean, part.resultant)) AS easts,
               min(part.min) AS min, max(part.max) AS max, (array_agg(part.last ORDER BY part.bucket DESC))[1] AS last
        FROM (
            SELECT * FROM rolled_minutes AS made WHERE made.bucket >= since AND made.bucket < until
            UNION ALL
            SELECT * FROM rolled_hour_open AS known
            WHERE resume AND known.series_id IN (
                SELECT fresh.series_id FROM rolled_1m AS fresh WHERE fresh.bucket >= since AND fresh.bucket < until)
        ) AS part JOIN series USING (series_id) JOIN metric USING (metric)
        WHERE wanted IS NULL OR part.series_id = ANY (wanted) AND series.series_id = ANY (wanted)
        GROUP BY 2, 1, 3
    ) AS folded;
END $$;

-- The day of the city from `since` to `until`: its hours, and of hours that a midnight cuts the minutes. Where those
-- are dropped, an hour belongs to the day in which it begins.
CREATE OR REPLACE FUNCTION days_of(
    since timestamptz, until timestamptz, state rollup_state, wanted integer[] DEFAULT NULL)
RETURNS SETOF rolled_1m LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_custom_plan SET enable_nestloop = off AS $$
DECLARE
    exact      boolean := date_bin('1 hour', since, 'epoch') >= state.minutes_from;
    first_hour timestamptz := CASE WHEN exact THEN date_bin('1 hour', since + interval '59 minutes', 'epoch') ELSE since END;
    last_hour  timestamptz := CASE WHEN exact THEN date_bin('1 hour', until, 'epoch') ELSE until END;
BEGIN
    RETURN QUERY
    SELECT since, series_id, count, weight, mean_value(kind, terms, easts, weight), min, max, last,
           mean_resultant(kind, terms, easts, weight)
    FROM (
        SELECT part.series_id, metric.mean AS kind,
               sum(part.count)::integer AS count, sum(part.weight)::integer AS weight,
               sum(part.weight * mean_term(metric.mean, part.mean, part.resultant)) AS terms,
               sum(part.weight * east_term(metric.mean, part.mean, part.resultant)) AS easts,
               min(part.min) AS min, max(part.max) AS max, (array_agg(part.last ORDER BY part.bucket DESC))[1] AS last
        FROM (
            SELECT * FROM rolled_1h WHERE bucket >= first_hour AND bucket < last_hour
            UNION ALL
            SELECT * FROM rolled_minutes
            WHERE bucket >= since AND bucket < first_hour OR bucket >= last_hour AND bucket < until
        ) AS part JOIN series USING (series_id) JOIN metric USING (metric)
        WHERE wanted IS NULL OR part.series_id = ANY (wanted) AND series.series_id = ANY (wanted)
        GROUP BY 1, 2
    ) AS folded;
END $$;

-- The end of what may be forgotten of readings that are kept for so long (NULL: for ever, then nothing): only days
-- (of UTC) that are rolled up, late readings included.
CREATE OR REPLACE FUNCTION readings_end(now timestamptz, kept interval) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT date_bin('1 day', least(now - kept, watermark, (SELECT min(hour) FROM rollup_late)), 'epoch')
    FROM rollup_state WHERE kept IS NOT NULL
$$;

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

-- A database that was rolled up before there were open hours has none; no round may be under way meanwhile.
SELECT pg_advisory_xact_lock(hashtext('cityops rollup'));
SELECT roll_up_open_hour(date_bin('1 hour', watermark, 'epoch'), watermark) FROM rollup_state
WHERE isfinite(watermark) AND NOT EXISTS (SELECT FROM rolled_hour_open);
