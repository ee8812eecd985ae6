-- Roll-ups over areas: the whole city (''), its provinces, cities and districts. What is smaller has few series and is
-- answered from them. `roll_up_step` calls what is here, in the same transaction that changes minutes and hours.

CREATE OR REPLACE FUNCTION has_roll_up(level text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT level IN ('province', 'city', 'district')
$$;

-- Which series belong to which of these areas, by the same rule as `series_of`.
CREATE OR REPLACE FUNCTION area_members() RETURNS SETOF rolled_area_member LANGUAGE sql STABLE AS $$
    WITH RECURSIVE root AS (
        SELECT code FROM area WHERE has_roll_up(level)
    ), inside (root, code) AS (
        SELECT code, code FROM root
        UNION
        SELECT inside.root, area.code FROM inside JOIN area ON area.parent = inside.code
    ), place AS (
        SELECT DISTINCT area_code AS code FROM sensor
    ), found AS (
        SELECT '' AS root, code FROM place
        UNION SELECT inside.root, place.code FROM inside JOIN place USING (code)
        UNION SELECT root.code, place.code FROM root JOIN place ON starts_with(place.code, root.code)
    )
    SELECT found.root, series.series_id, sensor.domain, series.metric
    FROM found JOIN sensor ON sensor.area_code = found.code JOIN series USING (sensor_id)
$$;

-- Series over a span in steps, from a roll-up, each with its share where its metric weighs by another one of the same
-- sensor: the mean of that in the step. Both must be among the wanted (NULL: all). Planned anew for each call, because
-- the relation and the span decide everything. Never by nested loops: what is newer than the last ANALYZE is estimated as
-- one row, and each of hundreds of thousands would be compared with each. Nor by sorting, for the same reason: it takes
-- hundreds of thousands of rows for few.
--
-- Minutes that are newer than the watermark are made here and not by the view: it compares times with a watermark that
-- is not known before it runs, so the planner takes a third of the day for newer, and looks for each series by itself.
CREATE OR REPLACE FUNCTION weighed_steps(
    rollup regclass, width interval, zone text, since timestamptz, until timestamptz, wanted integer[])
RETURNS TABLE (series_id integer, metric text, bucket timestamptz, count bigint, low double precision,
               high double precision, weight double precision, terms double precision, easts double precision,
               share double precision)
LANGUAGE plpgsql STABLE ROWS 10000 SET enable_nestloop = off SET enable_sort = off AS $$
DECLARE
    newer timestamptz := (SELECT greatest(watermark, since) FROM rollup_state);
    source text := CASE WHEN rollup = 'reading_1m'::regclass THEN
        '(SELECT * FROM rolled_minutes UNION ALL SELECT * FROM newest_minutes($6, $7, $5))' ELSE rollup::text END;
BEGIN
    RETURN QUERY EXECUTE format($statement$
        WITH known AS MATERIALIZED (
            SELECT series.series_id, series.sensor_id, series.metric, metric.mean, metric.weighed_by
            FROM series JOIN metric USING (metric) WHERE $5 IS NULL OR series.series_id = ANY ($5)
        ), folded AS MATERIALIZED (
            SELECT part.series_id, step_start($1, part.bucket, $2) AS bucket,
                   sum(part.count) AS count, min(part.min) AS low, max(part.max) AS high,
                   sum(part.weight)::double precision AS weight,
                   sum(part.weight * mean_term(known.mean, part.mean, part.resultant)) AS terms,
                   sum(part.weight * east_term(known.mean, part.mean, part.resultant)) AS easts
            FROM %s AS part JOIN known USING (series_id)
            WHERE part.bucket >= $3 AND part.bucket < $4 AND ($5 IS NULL OR part.series_id = ANY ($5))
            GROUP BY 1, 2
        ), named AS MATERIALIZED (
            SELECT * FROM folded JOIN known USING (series_id)
        )
        SELECT named.series_id, named.metric, named.bucket, named.count, named.low, named.high, named.weight,
               named.terms, named.easts, companion.terms / nullif(companion.weight, 0)
        FROM named
        LEFT JOIN (SELECT * FROM named WHERE named.metric IN (SELECT weighed_by FROM metric)) AS companion
               ON companion.metric = named.weighed_by
              AND companion.sensor_id = named.sensor_id AND companion.bucket = named.bucket
    $statement$, source)
    USING width, zone, since, until, wanted, newer, next_step('1 minute', until - interval '1 microsecond', zone);
END $$;

-- Fold the buckets of a step from `since` to `until` (starts of buckets) again: of some areas and metrics, or (NULL) of
-- all. Returns how many buckets of series they were made of.
CREATE OR REPLACE FUNCTION fold_areas(
    width interval, zone text, since timestamptz, until timestamptz,
    areas text[] DEFAULT NULL, metrics text[] DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    rollup regclass := CASE WHEN width < interval '1 hour' THEN 'rolled_minutes' ELSE 'rolled_1h' END;
    wanted integer[];
    folded bigint;
BEGIN
    IF areas IS NOT NULL THEN
        SELECT array_agg(DISTINCT series_id) INTO wanted FROM rolled_area_member AS member
        WHERE member.area_code = ANY (areas) AND (member.metric = ANY (metrics) OR member.metric IN (
            SELECT weighed_by FROM metric WHERE metric.metric = ANY (metrics)));
        wanted := coalesce(wanted, '{}');
    END IF;
    DELETE FROM rolled_area AS old
    WHERE old.step = width AND old.bucket >= since AND old.bucket < until
      AND (areas IS NULL OR old.area_code = ANY (areas) AND old.metric = ANY (metrics));
    WITH made AS (
        INSERT INTO rolled_area
        SELECT width, member.area_code, member.domain, member.metric, part.bucket, sum(part.count), count(*), min(part.low),
               max(part.high), sum(part.weight), sum(part.terms), sum(part.easts), sum(part.share), count(part.share),
               sum(part.share * part.weight), sum(part.share * part.terms), sum(part.share * part.easts),
               CASE WHEN count(part.share) > 0 THEN sum(part.weight) FILTER (WHERE part.share IS NULL) END,
               CASE WHEN count(part.share) > 0 THEN sum(part.terms) FILTER (WHERE part.share IS NULL) END,
               CASE WHEN count(part.share) > 0 THEN sum(part.easts) FILTER (WHERE part.share IS NULL) END
        FROM weighed_steps(rollup, width, zone, since, until, wanted) AS part
        JOIN rolled_area_member AS member USING (series_id)
        WHERE areas IS NULL OR member.area_code = ANY (areas) AND member.metric = ANY (metrics)
        GROUP BY member.area_code, member.domain, member.metric, part.bucket
        ORDER BY part.bucket, member.area_code, member.metric
        RETURNING area_code, sensors
    )
    SELECT coalesce(sum(sensors), 0) INTO folded FROM made WHERE made.area_code = '';
    RETURN folded;
END $$;

-- The start of the bucket after the one that a moment lies in.
CREATE OR REPLACE FUNCTION next_step(step interval, moment timestamptz, zone text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT step_start(step, step_start(step, moment, zone) + step, zone)';

-- Fold what is complete before `target`, to which minutes and hours stand. What is too old to be kept is passed over.
CREATE OR REPLACE FUNCTION roll_up_areas(state rollup_state, target timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    done   rolled_area_step;
    finish timestamptz;
BEGIN
    FOR done IN SELECT * FROM rolled_area_step LOOP
        finish := step_start(done.step, date_bin(least(done.step, interval '1 hour'), target, 'epoch'), state.zone);
        IF NOT isfinite(done.until) OR finish < state.threshold - done.kept THEN
            UPDATE rolled_area_step SET since = finish, until = finish WHERE step = done.step;
        ELSIF done.until < finish THEN
            PERFORM fold_areas(done.step, state.zone, done.until, finish);
            UPDATE rolled_area_step SET until = finish WHERE step = done.step;
        END IF;
    END LOOP;
END $$;

-- Forget what is older than it is kept, or fold the next day of the past, backwards: a day at least, and no more once
-- there was enough to do. Returns false when nothing is left. The days of the series must stand.
CREATE OR REPLACE FUNCTION roll_up_past_areas(state rollup_state) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    done   rolled_area_step;
    oldest timestamptz;
    start  timestamptz;
    first  timestamptz;
    folded bigint := 0;
BEGIN
    PERFORM roll_up_areas(state, state.watermark); -- where a step is at its beginning
    FOR done IN SELECT * FROM rolled_area_step WHERE isfinite(until) ORDER BY step LOOP
        oldest := CASE WHEN done.step < interval '1 hour' THEN state.minutes_from ELSE state.hours_from END;
        oldest := greatest(step_start(done.step, city_day(done.until - done.kept, state.zone), state.zone),
                           step_start(done.step, oldest + done.step - interval '1 microsecond', state.zone));
        IF done.since < oldest THEN
            DELETE FROM rolled_area WHERE step = done.step AND bucket < oldest;
            UPDATE rolled_area_step SET since = oldest, until = greatest(until, oldest) WHERE step = done.step;
            RETURN true;
        ELSIF done.since > oldest THEN
            SELECT coalesce(min(bucket), state.days) INTO first FROM rolled_1d; -- what is older has no series to fold
            start := done.since;
            WHILE start > oldest AND folded < 20000 LOOP
                start := CASE WHEN start <= first THEN oldest ELSE greatest(oldest, step_start(
                    done.step, city_day(start - interval '1 microsecond', state.zone), state.zone)) END;
                folded := folded + fold_areas(done.step, state.zone, start, done.since);
                UPDATE rolled_area_step SET since = start WHERE step = done.step RETURNING * INTO done;
            END LOOP;
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;

-- Fold again what an hour of some series is part of, after a late reading.
CREATE OR REPLACE FUNCTION roll_up_areas_again(series integer[], hour timestamptz, state rollup_state) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    areas   text[];
    metrics text[];
BEGIN
    SELECT array_agg(DISTINCT member.area_code), array_agg(DISTINCT member.metric) INTO areas, metrics
    FROM rolled_area_member AS member WHERE member.series_id = ANY (series);
    PERFORM fold_areas_of_span(hour, hour + interval '1 hour', areas, metrics, state) WHERE areas IS NOT NULL;
END $$;

-- Fold the buckets that a span touches, as far as they stand: of some metrics, and of those that weigh by them.
CREATE OR REPLACE FUNCTION fold_areas_of_span(
    since timestamptz, until timestamptz, areas text[], metrics text[], state rollup_state) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    touched text[] := metrics || ARRAY(SELECT metric FROM metric WHERE weighed_by = ANY (metrics));
BEGIN
    PERFORM fold_areas(step, state.zone, first, last, areas, touched)
    FROM (SELECT step, greatest(done.since, step_start(step, fold_areas_of_span.since, state.zone)) AS first,
                 least(done.until, next_step(
                     step, fold_areas_of_span.until - interval '1 microsecond', state.zone)) AS last
          FROM rolled_area_step AS done) AS span
    WHERE first < last;
END $$;

-- Bring up to date which series belong to which area, and note what must be folded again for it: the days of series that
-- came or left. Those that have sent nothing yet cost nothing.
CREATE OR REPLACE FUNCTION roll_up_members(state rollup_state) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM rolled_area_moved;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    WITH wanted AS MATERIALIZED (
        SELECT * FROM area_members()
    ), gone AS (
        DELETE FROM rolled_area_member AS member WHERE NOT EXISTS (
            SELECT FROM wanted WHERE wanted.area_code = member.area_code AND wanted.series_id = member.series_id
                                 AND wanted.domain = member.domain)
        RETURNING *
    ), come AS (
        INSERT INTO rolled_area_member SELECT * FROM wanted ON CONFLICT DO NOTHING RETURNING *
    ), changed AS (
        SELECT * FROM gone UNION ALL SELECT * FROM come
    )
    INSERT INTO rolled_area_late
    SELECT DISTINCT changed.area_code, changed.domain, changed.metric, date_bin('1 day', part.bucket, 'epoch')
    FROM (SELECT min(since) AS since FROM rolled_area_step WHERE since < until) AS kept, changed, LATERAL (
        SELECT bucket FROM rolled_1h WHERE series_id = changed.series_id AND bucket >= kept.since
        UNION ALL
        SELECT bucket FROM rolled_1m WHERE series_id = changed.series_id AND bucket >= kept.since
           AND bucket >= date_bin('1 hour', state.watermark, 'epoch')
    ) AS part
    WHERE kept.since IS NOT NULL
    ON CONFLICT DO NOTHING;
END $$;

-- Fold again the newest day that rolled_area_late names. Returns false when it names none.
CREATE OR REPLACE FUNCTION roll_up_moved_day(state rollup_state) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    newest  timestamptz := (SELECT max(day) FROM rolled_area_late);
    areas   text[];
    metrics text[];
BEGIN
    IF newest IS NULL THEN
        RETURN false;
    END IF;
    WITH noted AS (DELETE FROM rolled_area_late WHERE day = newest RETURNING *)
    SELECT array_agg(DISTINCT area_code), array_agg(DISTINCT metric) INTO areas, metrics FROM noted;
    PERFORM fold_areas_of_span(newest, newest + interval '24 hours', areas, metrics, state);
    RETURN true;
END $$;

-- Forget how far a step is, so that it is folded anew: after a change of what its buckets or its means are.
CREATE OR REPLACE FUNCTION restart_areas(shortest interval) RETURNS void LANGUAGE sql AS $$
    UPDATE rolled_area_step SET since = '-infinity', until = '-infinity' WHERE step >= shortest
$$;

CREATE OR REPLACE FUNCTION note_moved_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rolled_area_moved DEFAULT VALUES;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER series_came AFTER INSERT OR DELETE OR UPDATE OF sensor_id, metric ON series
    FOR EACH ROW EXECUTE FUNCTION note_moved_series();
CREATE OR REPLACE TRIGGER sensor_moved AFTER UPDATE OF area_code, domain ON sensor FOR EACH ROW
    WHEN ((OLD.area_code, OLD.domain) IS DISTINCT FROM (NEW.area_code, NEW.domain)) EXECUTE FUNCTION note_moved_series();
CREATE OR REPLACE TRIGGER area_came AFTER INSERT OR DELETE ON area FOR EACH ROW EXECUTE FUNCTION note_moved_series();
CREATE OR REPLACE TRIGGER area_moved AFTER UPDATE OF code, level, parent ON area FOR EACH ROW
    WHEN ((OLD.code, OLD.level, OLD.parent) IS DISTINCT FROM (NEW.code, NEW.level, NEW.parent))
    EXECUTE FUNCTION note_moved_series();

-- Whether an area lies wholly in the scope of this transaction, with all that lies in it.
CREATE OR REPLACE FUNCTION lies_in_scope(wanted_area text) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH RECURSIVE inside (code) AS (
        SELECT wanted_area
        UNION
        SELECT area.code FROM inside JOIN public.area ON area.parent = inside.code
    )
    SELECT current_schema() <> 'scoped' OR current_setting('cityops.areas', true) = '*' OR NOT EXISTS (
        SELECT FROM inside WHERE NOT code ^@ ANY (string_to_array(current_setting('cityops.areas', true), ',')))
$$;

-- To where the buckets of some areas and metrics answer a span that starts with a bucket; NULL where the series must. In a
-- scope only areas that lie wholly in it: what lies below one by its parent may have a code that is not in the scope.
CREATE OR REPLACE FUNCTION areas_known(
    width interval, areas text[], metrics text[], span_start timestamptz, span_end timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT least(done.until, step_start(width, span_end, state.zone))
    FROM rolled_area_step AS done, rollup_state AS state
    WHERE done.step = width AND done.since <= span_start AND done.until > span_start
      AND span_start >= CASE WHEN width < interval '1 hour' THEN state.minutes_from ELSE state.hours_from END
      AND NOT EXISTS (SELECT FROM rolled_area_moved)
      AND NOT EXISTS (SELECT FROM rolled_area_late AS late
                      WHERE late.day < span_end AND late.day > span_start - interval '24 hours'
                        AND late.area_code = ANY (areas) AND late.metric = ANY (metrics))
      AND NOT EXISTS (SELECT FROM unnest(areas) AS wanted (code)
                      WHERE NOT lies_in_scope(wanted.code) OR wanted.code <> '' AND NOT EXISTS (
                          SELECT FROM public.area WHERE area.code = wanted.code AND has_roll_up(area.level)))
$$;
