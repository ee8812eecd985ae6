-- A day is the city's: from its first moment there to that of the next day, 23 to 25 hours where clocks change.
-- The zone stands in rollup_state; `set_city_zone` changes it.

-- The first moment of a day in a zone. Where clocks go back over midnight, 00:00 comes twice: the first one counts.
-- Where they go forward over it, PostgreSQL gives the moment after the gap. By way of UTC, because only arithmetic
-- without a zone is immutable, and only then does the planner look into this function.
CREATE OR REPLACE FUNCTION day_start(day date, zone text) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN (((day::timestamp AT TIME ZONE zone AT TIME ZONE 'UTC') - interval '1 hour')
                      AT TIME ZONE 'UTC' AT TIME ZONE zone)::date = day
                THEN ((day::timestamp AT TIME ZONE zone AT TIME ZONE 'UTC') - interval '1 hour') AT TIME ZONE 'UTC'
                ELSE day::timestamp AT TIME ZONE zone END
$$;

-- The first moment of the day that a moment lies in, and of the day after that.
CREATE OR REPLACE FUNCTION city_day(moment timestamptz, zone text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT day_start((moment AT TIME ZONE zone)::date, zone)
$$;
CREATE OR REPLACE FUNCTION next_city_day(moment timestamptz, zone text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT day_start((moment AT TIME ZONE zone)::date + 1, zone)
$$;

-- Whether a midnight lies within this hour of UTC: then its minutes belong to two days.
CREATE OR REPLACE FUNCTION is_cut(hour timestamptz, zone text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (hour AT TIME ZONE zone)::date
        <> (((hour AT TIME ZONE 'UTC') + interval '59 minutes') AT TIME ZONE 'UTC' AT TIME ZONE zone)::date
$$;

-- The start of the step that a moment lies in. Steps of whole days are days of the city; steps of several hours begin
-- anew with each day of it; shorter ones are those of UTC.
CREATE OR REPLACE FUNCTION step_start(step interval, moment timestamptz, zone text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN step >= interval '1 day'
                THEN day_start(date_bin(step, moment AT TIME ZONE zone, timestamp '1970-01-01')::date, zone)
                WHEN step > interval '1 hour' THEN date_bin(step, moment, city_day(moment, zone))
                ELSE date_bin(step, moment, timestamptz '1970-01-01 00:00+00') END
$$;

-- Make the days those of another zone. Returns false when they are already. Days whose hours are left are folded
-- again by `watch`, step by step; until then the view reading_1d makes them on the spot. Older ones stay as they were.
CREATE OR REPLACE FUNCTION set_city_zone(wanted text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    first_day timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('cityops rollup'));
    SELECT CASE WHEN isfinite(hours_from) THEN
               CASE city_day(hours_from, wanted) WHEN hours_from THEN hours_from ELSE next_city_day(hours_from, wanted) END
           ELSE hours_from END
    INTO first_day FROM rollup_state WHERE zone <> wanted;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM rolled_1d WHERE bucket >= first_day;
    UPDATE rollup_state SET zone = wanted, days = first_day, cuts_hours = (
        SELECT bool_or(extract(minute FROM moment AT TIME ZONE wanted) <> 0)
        FROM generate_series(timestamptz '1970-01-01 00:00+00', timestamptz '2040-01-01 00:00+00', interval '1 month')
             AS moment);
    PERFORM restart_areas(interval '61 minutes'); -- those that begin with the city's midnight
    RETURN true;
END $$;
