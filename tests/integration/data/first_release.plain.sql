-- What pg_dump says of a database that the first release migrated, plain profile. It never changes:
-- tests/integration/test_migrations.py migrates it on and compares. Session settings and comments are left out.
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
CREATE FUNCTION public.attach_partition(parent text, lower_end timestamp without time zone, upper_end timestamp without time zone, pattern text) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    partition text := parent || '_' || to_char(lower_end, pattern);
BEGIN
    IF to_regclass(partition) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('attach_partition'));
        IF to_regclass(partition) IS NULL THEN -- else another worker made it while we waited
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition, parent);
            EXECUTE format(
                'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                parent, partition, lower_end AT TIME ZONE 'UTC', upper_end AT TIME ZONE 'UTC');
        END IF;
    END IF;
END $$;
CREATE TABLE public.rolled_1m (
    bucket timestamp with time zone NOT NULL,
    series_id integer NOT NULL,
    count integer NOT NULL,
    weight integer NOT NULL,
    mean double precision,
    min double precision NOT NULL,
    max double precision NOT NULL,
    last double precision NOT NULL
)
PARTITION BY RANGE (bucket);
CREATE FUNCTION public.days_of(since timestamp with time zone, until timestamp with time zone, wanted integer[] DEFAULT NULL::integer[]) RETURNS SETOF public.rolled_1m
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
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
CREATE FUNCTION public.ensure_reading_days(days date[]) RETURNS void
    LANGUAGE sql
    AS $$
    SELECT attach_partition('reading', wanted, wanted + interval '1 day', 'YYYYMMDD')
    FROM (SELECT DISTINCT unnest(days)::timestamp AS wanted ORDER BY 1)
$$;
CREATE FUNCTION public.ensure_rolled_months(since timestamp with time zone, until timestamp with time zone) RETURNS void
    LANGUAGE sql
    AS $$
    SELECT attach_partition('rolled_1m', month, month + interval '1 month', 'YYYYMM')
    FROM generate_series(date_trunc('month', since AT TIME ZONE 'UTC'), until AT TIME ZONE 'UTC', interval '1 month')
         AS month
$$;
CREATE FUNCTION public.freeze_rollups(until timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET lock_timeout TO '2s'
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('cityops rollup threshold'));
    UPDATE rollup_state SET threshold = date_bin('1 minute', until, 'epoch')
    WHERE threshold < date_bin('1 minute', until, 'epoch');
END $$;
CREATE FUNCTION public.hours_of(since timestamp with time zone, until timestamp with time zone, wanted integer[] DEFAULT NULL::integer[]) RETURNS SETOF public.rolled_1m
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
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
CREATE FUNCTION public.keep_ages(now timestamp with time zone, readings interval, minutes interval, hours interval, compress interval) RETURNS void
    LANGUAGE plpgsql
    SET lock_timeout TO '2s'
    AS $$
DECLARE
    horizon timestamptz;
    old     record;
BEGIN
    SELECT date_bin('1 day', least(now - readings, watermark), 'epoch') INTO horizon FROM rollup_state;
    FOR old IN SELECT * FROM partitions_before('reading', horizon) LOOP
        UPDATE rollup_state SET forgotten = greatest(forgotten, old.upper_end);
        EXECUTE format('DROP TABLE %s', old.partition);
    END LOOP;
    FOR old IN SELECT * FROM partitions_before('rolled_1m', now - minutes) LOOP
        EXECUTE format('DROP TABLE %s', old.partition);
    END LOOP;
    DELETE FROM rolled_1h WHERE bucket < now - hours;
END $$;
CREATE FUNCTION public.mean_term(mean text, value double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE mean WHEN 'energy' THEN power(10::double precision, value / 10)
                     WHEN 'harmonic' THEN CASE WHEN value > 0 THEN 1 / value END
                     ELSE value END
$$;
CREATE FUNCTION public.mean_value(mean text, term double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE mean WHEN 'energy' THEN 10 * log(term)
                     WHEN 'harmonic' THEN 1 / term
                     ELSE term END
$$;
CREATE FUNCTION public.minutes_of(since timestamp with time zone, until timestamp with time zone, wanted integer[] DEFAULT NULL::integer[]) RETURNS SETOF public.rolled_1m
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
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
CREATE FUNCTION public.narrow_reading_tail() RETURNS void
    LANGUAGE plpgsql
    SET lock_timeout TO '200ms'
    AS $$
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
CREATE FUNCTION public.note_late_readings() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('cityops rollup threshold'));
    INSERT INTO rollup_late (series_id, hour)
    SELECT DISTINCT series_id, date_bin('1 hour', time, 'epoch') FROM touched, rollup_state
    WHERE time < threshold AND time >= forgotten;
    RETURN NULL;
END $$;
CREATE FUNCTION public.partitions_before(parent regclass, horizon timestamp with time zone) RETURNS TABLE(partition regclass, upper_end timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    SELECT inhrelid::regclass, ends.upper_end
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid,
         LATERAL (SELECT substring(pg_get_expr(relpartbound, pg_class.oid) FROM 'TO \(''(.*)''\)')::timestamptz)
             AS ends (upper_end)
    WHERE inhparent = parent AND ends.upper_end <= horizon
$$;
CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION public.roll_up_again(series integer[], since timestamp with time zone, watermark timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
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
CREATE TABLE public.rollup_state (
    one_row boolean DEFAULT true NOT NULL,
    threshold timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    watermark timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    tail timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    forgotten timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT rollup_state_one_row_check CHECK (one_row)
);
CREATE FUNCTION public.roll_up_late_day(state public.rollup_state) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.roll_up_span(since timestamp with time zone, until timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM ensure_rolled_months(since, until);
    INSERT INTO rolled_1m SELECT * FROM minutes_of(since, until);
    INSERT INTO rolled_1h SELECT * FROM hours_of(date_bin('1 hour', since, 'epoch'), date_bin('1 hour', until, 'epoch'));
    INSERT INTO rolled_1d SELECT * FROM days_of(date_bin('1 day', since, 'epoch'), date_bin('1 day', until, 'epoch'));
END $$;
CREATE FUNCTION public.roll_up_step() RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.series_of(metrics text[], wanted_area text) RETURNS SETOF integer
    LANGUAGE sql STABLE
    AS $$
    WITH RECURSIVE inside (code) AS (
        SELECT wanted_area
        UNION
        SELECT area.code FROM inside JOIN area ON area.parent = inside.code
    )
    SELECT series.series_id FROM series JOIN sensor USING (sensor_id)
    WHERE (metrics IS NULL OR series.metric = ANY (metrics))
      AND (wanted_area IS NULL OR starts_with(sensor.area_code, wanted_area)
           OR sensor.area_code IN (SELECT code FROM inside))
$$;
CREATE TABLE public.alert (
    alert_id bigint NOT NULL,
    rule_id text NOT NULL,
    series_id integer NOT NULL,
    severity smallint NOT NULL,
    active boolean NOT NULL,
    acknowledged boolean NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    detected_at timestamp with time zone NOT NULL,
    cleared_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    acknowledged_by text,
    closed_at timestamp with time zone,
    trigger_value double precision NOT NULL,
    limit_value double precision NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT alert_severity_check CHECK (((severity >= 1) AND (severity <= 4)))
);
ALTER TABLE public.alert ALTER COLUMN alert_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.alert_alert_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alert_event (
    alert_event_id bigint NOT NULL,
    alert_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    actor text NOT NULL,
    reason text NOT NULL
);
ALTER TABLE public.alert_event ALTER COLUMN alert_event_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.alert_event_alert_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.app_user (
    user_name text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    failures smallint DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT app_user_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'officer'::text, 'supervisor'::text]))),
    CONSTRAINT app_user_user_name_check CHECK ((user_name ~ '^[a-z][a-z0-9._-]{0,63}$'::text))
);
CREATE TABLE public.area (
    code text NOT NULL,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    level text NOT NULL,
    parent text,
    geometry jsonb,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT area_code_check CHECK ((code ~ '^[0-9]{1,32}$'::text)),
    CONSTRAINT area_level_check CHECK ((level = ANY (ARRAY['province'::text, 'city'::text, 'district'::text, 'street'::text, 'community'::text, 'grid'::text])))
);
CREATE TABLE public.audit_log (
    audit_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    success boolean NOT NULL,
    origin text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);
ALTER TABLE public.audit_log ALTER COLUMN audit_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_log_audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.dead_letter (
    dead_letter_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic text NOT NULL,
    payload bytea NOT NULL,
    field text NOT NULL,
    reason text NOT NULL
);
ALTER TABLE public.dead_letter ALTER COLUMN dead_letter_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.dead_letter_dead_letter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.heartbeat (
    service text NOT NULL,
    beat_at timestamp with time zone NOT NULL
);
CREATE TABLE public.latest (
    series_id integer NOT NULL,
    "time" timestamp with time zone NOT NULL,
    value double precision NOT NULL,
    quality smallint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE public.login_session (
    token_hash bytea NOT NULL,
    user_name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.map_feature (
    feature_id text NOT NULL,
    layer text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    geometry jsonb NOT NULL,
    CONSTRAINT map_feature_layer_check CHECK ((layer = ANY (ARRAY['water'::text, 'green'::text, 'zone'::text, 'road'::text, 'place'::text])))
);
CREATE TABLE public.metric (
    metric text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    unit text NOT NULL,
    valid_low double precision NOT NULL,
    valid_high double precision NOT NULL,
    plausible_low double precision NOT NULL,
    plausible_high double precision NOT NULL,
    "precision" smallint NOT NULL,
    mean text NOT NULL,
    CONSTRAINT metric_mean_check CHECK ((mean = ANY (ARRAY['arithmetic'::text, 'energy'::text, 'harmonic'::text])))
);
CREATE TABLE public.reading (
    "time" timestamp with time zone NOT NULL,
    series_id integer NOT NULL,
    value double precision NOT NULL,
    quality smallint NOT NULL
)
PARTITION BY RANGE ("time");
CREATE VIEW public.reading_tail AS
 SELECT "time",
    series_id,
    value,
    quality
   FROM public.reading
  WHERE ("time" >= '-infinity'::timestamp with time zone);
CREATE TABLE public.series (
    series_id integer NOT NULL,
    sensor_id text NOT NULL,
    metric text NOT NULL
);
CREATE VIEW public.reading_1m AS
 SELECT rolled_1m.bucket,
    rolled_1m.series_id,
    rolled_1m.count,
    rolled_1m.weight,
    rolled_1m.mean,
    rolled_1m.min,
    rolled_1m.max,
    rolled_1m.last
   FROM public.rolled_1m
UNION ALL
 SELECT date_bin('00:01:00'::interval, reading."time", '1970-01-01 00:00:00+00'::timestamp with time zone) AS bucket,
    reading.series_id,
    (count(*))::integer AS count,
    (count(public.mean_term(metric.mean, reading.value)))::integer AS weight,
    public.mean_value(metric.mean, avg(public.mean_term(metric.mean, reading.value))) AS mean,
    min(reading.value) AS min,
    max(reading.value) AS max,
    (array_agg(reading.value ORDER BY reading."time" DESC))[1] AS last
   FROM ((public.reading_tail reading
     JOIN public.series USING (series_id))
     JOIN public.metric USING (metric))
  WHERE ((reading.quality <= 2) AND (reading."time" >= ( SELECT rollup_state.watermark
           FROM public.rollup_state)))
  GROUP BY (date_bin('00:01:00'::interval, reading."time", '1970-01-01 00:00:00+00'::timestamp with time zone)), reading.series_id, metric.mean;
CREATE TABLE public.rolled_1h (
    bucket timestamp with time zone CONSTRAINT rolled_1m_bucket_not_null NOT NULL,
    series_id integer CONSTRAINT rolled_1m_series_id_not_null NOT NULL,
    count integer CONSTRAINT rolled_1m_count_not_null NOT NULL,
    weight integer CONSTRAINT rolled_1m_weight_not_null NOT NULL,
    mean double precision,
    min double precision CONSTRAINT rolled_1m_min_not_null NOT NULL,
    max double precision CONSTRAINT rolled_1m_max_not_null NOT NULL,
    last double precision CONSTRAINT rolled_1m_last_not_null NOT NULL
);
CREATE VIEW public.reading_1h AS
 SELECT rolled_1h.bucket,
    rolled_1h.series_id,
    rolled_1h.count,
    rolled_1h.weight,
    rolled_1h.mean,
    rolled_1h.min,
    rolled_1h.max,
    rolled_1h.last
   FROM public.rolled_1h
UNION ALL
 SELECT date_bin('01:00:00'::interval, part.bucket, '1970-01-01 00:00:00+00'::timestamp with time zone) AS bucket,
    part.series_id,
    (sum(part.count))::integer AS count,
    (sum(part.weight))::integer AS weight,
    public.mean_value(metric.mean, (sum(((part.weight)::double precision * public.mean_term(metric.mean, part.mean))) / (NULLIF(sum(part.weight), 0))::double precision)) AS mean,
    min(part.min) AS min,
    max(part.max) AS max,
    (array_agg(part.last ORDER BY part.bucket DESC))[1] AS last
   FROM ((public.reading_1m part
     JOIN public.series USING (series_id))
     JOIN public.metric USING (metric))
  WHERE (part.bucket >= ( SELECT date_bin('01:00:00'::interval, rollup_state.watermark, '1970-01-01 00:00:00+00'::timestamp with time zone) AS date_bin
           FROM public.rollup_state))
  GROUP BY (date_bin('01:00:00'::interval, part.bucket, '1970-01-01 00:00:00+00'::timestamp with time zone)), part.series_id, metric.mean;
CREATE TABLE public.rolled_1d (
    bucket timestamp with time zone CONSTRAINT rolled_1m_bucket_not_null NOT NULL,
    series_id integer CONSTRAINT rolled_1m_series_id_not_null NOT NULL,
    count integer CONSTRAINT rolled_1m_count_not_null NOT NULL,
    weight integer CONSTRAINT rolled_1m_weight_not_null NOT NULL,
    mean double precision,
    min double precision CONSTRAINT rolled_1m_min_not_null NOT NULL,
    max double precision CONSTRAINT rolled_1m_max_not_null NOT NULL,
    last double precision CONSTRAINT rolled_1m_last_not_null NOT NULL
);
CREATE VIEW public.reading_1d AS
 SELECT rolled_1d.bucket,
    rolled_1d.series_id,
    rolled_1d.count,
    rolled_1d.weight,
    rolled_1d.mean,
    rolled_1d.min,
    rolled_1d.max,
    rolled_1d.last
   FROM public.rolled_1d
UNION ALL
 SELECT date_bin('1 day'::interval, part.bucket, '1970-01-01 00:00:00+00'::timestamp with time zone) AS bucket,
    part.series_id,
    (sum(part.count))::integer AS count,
    (sum(part.weight))::integer AS weight,
    public.mean_value(metric.mean, (sum(((part.weight)::double precision * public.mean_term(metric.mean, part.mean))) / (NULLIF(sum(part.weight), 0))::double precision)) AS mean,
    min(part.min) AS min,
    max(part.max) AS max,
    (array_agg(part.last ORDER BY part.bucket DESC))[1] AS last
   FROM ((public.reading_1h part
     JOIN public.series USING (series_id))
     JOIN public.metric USING (metric))
  WHERE (part.bucket >= ( SELECT date_bin('1 day'::interval, rollup_state.watermark, '1970-01-01 00:00:00+00'::timestamp with time zone) AS date_bin
           FROM public.rollup_state))
  GROUP BY (date_bin('1 day'::interval, part.bucket, '1970-01-01 00:00:00+00'::timestamp with time zone)), part.series_id, metric.mean;
CREATE TABLE public.rollup_late (
    series_id integer NOT NULL,
    hour timestamp with time zone NOT NULL
);
CREATE TABLE public.rule (
    rule_id text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    definition jsonb NOT NULL,
    fault text,
    updated_at timestamp with time zone NOT NULL
);
CREATE TABLE public.schema_migration (
    name text NOT NULL,
    digest text NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.sensor (
    sensor_id text NOT NULL,
    area_code text NOT NULL,
    domain text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    status text DEFAULT 'unknown'::text NOT NULL,
    status_at timestamp with time zone,
    registered_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT sensor_lat_check CHECK (((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision))),
    CONSTRAINT sensor_lon_check CHECK (((lon >= ('-180'::integer)::double precision) AND (lon <= (180)::double precision))),
    CONSTRAINT sensor_sensor_id_check CHECK ((sensor_id ~ '^[A-Za-z0-9._-]{1,64}$'::text)),
    CONSTRAINT sensor_status_check CHECK ((status = ANY (ARRAY['unknown'::text, 'online'::text, 'offline'::text])))
);
CREATE TABLE public.sensor_kind (
    kind text NOT NULL,
    domain text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    metrics text[] NOT NULL,
    interval_seconds double precision NOT NULL,
    CONSTRAINT sensor_kind_interval_seconds_check CHECK ((interval_seconds > (0)::double precision))
);
ALTER TABLE public.series ALTER COLUMN series_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.series_series_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.wall_token (
    token_hash bytea NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);
ALTER TABLE ONLY public.alert_event
    ADD CONSTRAINT alert_event_pkey PRIMARY KEY (alert_event_id);
ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_pkey PRIMARY KEY (alert_id);
ALTER TABLE ONLY public.app_user
    ADD CONSTRAINT app_user_pkey PRIMARY KEY (user_name);
ALTER TABLE ONLY public.area
    ADD CONSTRAINT area_pkey PRIMARY KEY (code);
ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (audit_id);
ALTER TABLE ONLY public.dead_letter
    ADD CONSTRAINT dead_letter_pkey PRIMARY KEY (dead_letter_id);
ALTER TABLE ONLY public.heartbeat
    ADD CONSTRAINT heartbeat_pkey PRIMARY KEY (service);
ALTER TABLE ONLY public.latest
    ADD CONSTRAINT latest_pkey PRIMARY KEY (series_id);
ALTER TABLE ONLY public.login_session
    ADD CONSTRAINT login_session_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.map_feature
    ADD CONSTRAINT map_feature_pkey PRIMARY KEY (feature_id);
ALTER TABLE ONLY public.metric
    ADD CONSTRAINT metric_pkey PRIMARY KEY (metric);
ALTER TABLE ONLY public.reading
    ADD CONSTRAINT reading_pkey PRIMARY KEY (series_id, "time");
ALTER TABLE ONLY public.rolled_1d
    ADD CONSTRAINT rolled_1d_pkey PRIMARY KEY (series_id, bucket);
ALTER TABLE ONLY public.rolled_1h
    ADD CONSTRAINT rolled_1h_pkey PRIMARY KEY (series_id, bucket);
ALTER TABLE ONLY public.rolled_1m
    ADD CONSTRAINT rolled_1m_pkey PRIMARY KEY (series_id, bucket);
ALTER TABLE ONLY public.rollup_state
    ADD CONSTRAINT rollup_state_pkey PRIMARY KEY (one_row);
ALTER TABLE ONLY public.rule
    ADD CONSTRAINT rule_pkey PRIMARY KEY (rule_id);
ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.sensor_kind
    ADD CONSTRAINT sensor_kind_pkey PRIMARY KEY (kind);
ALTER TABLE ONLY public.sensor
    ADD CONSTRAINT sensor_pkey PRIMARY KEY (sensor_id);
ALTER TABLE ONLY public.series
    ADD CONSTRAINT series_pkey PRIMARY KEY (series_id);
ALTER TABLE ONLY public.series
    ADD CONSTRAINT series_sensor_id_metric_key UNIQUE (sensor_id, metric);
ALTER TABLE ONLY public.wall_token
    ADD CONSTRAINT wall_token_name_key UNIQUE (name);
ALTER TABLE ONLY public.wall_token
    ADD CONSTRAINT wall_token_pkey PRIMARY KEY (token_hash);
CREATE INDEX alert_event_alert ON public.alert_event USING btree (alert_id, alert_event_id);
CREATE UNIQUE INDEX alert_open ON public.alert USING btree (rule_id, series_id) WHERE (closed_at IS NULL);
CREATE INDEX alert_series ON public.alert USING btree (series_id, opened_at DESC);
CREATE INDEX area_parent ON public.area USING btree (parent);
CREATE INDEX dead_letter_received ON public.dead_letter USING btree (received_at DESC);
CREATE INDEX reading_time ON ONLY public.reading USING brin ("time") WITH (pages_per_range='16', autosummarize='on');
CREATE INDEX rolled_1d_bucket_idx ON public.rolled_1d USING brin (bucket) WITH (pages_per_range='16', autosummarize='on');
CREATE INDEX rolled_1h_bucket_idx ON public.rolled_1h USING brin (bucket) WITH (pages_per_range='16', autosummarize='on');
CREATE INDEX rolled_1m_bucket ON ONLY public.rolled_1m USING brin (bucket) WITH (pages_per_range='16', autosummarize='on');
CREATE INDEX sensor_area ON public.sensor USING btree (area_code text_pattern_ops);
CREATE TRIGGER alert_event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.alert_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER reading_added AFTER INSERT ON public.reading REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_late_readings();
CREATE TRIGGER reading_changed AFTER UPDATE ON public.reading REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_late_readings();
CREATE TRIGGER reading_removed AFTER DELETE ON public.reading REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_late_readings();
ALTER TABLE ONLY public.alert_event
    ADD CONSTRAINT alert_event_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES public.alert(alert_id);
ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES public.rule(rule_id);
ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_series_id_fkey FOREIGN KEY (series_id) REFERENCES public.series(series_id);
ALTER TABLE ONLY public.area
    ADD CONSTRAINT area_parent_fkey FOREIGN KEY (parent) REFERENCES public.area(code) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.latest
    ADD CONSTRAINT latest_series_id_fkey FOREIGN KEY (series_id) REFERENCES public.series(series_id);
ALTER TABLE ONLY public.login_session
    ADD CONSTRAINT login_session_user_name_fkey FOREIGN KEY (user_name) REFERENCES public.app_user(user_name) ON DELETE CASCADE;
ALTER TABLE ONLY public.sensor
    ADD CONSTRAINT sensor_kind_fkey FOREIGN KEY (kind) REFERENCES public.sensor_kind(kind);
ALTER TABLE ONLY public.series
    ADD CONSTRAINT series_metric_fkey FOREIGN KEY (metric) REFERENCES public.metric(metric);
ALTER TABLE ONLY public.series
    ADD CONSTRAINT series_sensor_id_fkey FOREIGN KEY (sensor_id) REFERENCES public.sensor(sensor_id);
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
INSERT INTO public.rollup_state VALUES (true, '-infinity', '-infinity', '-infinity', '-infinity');
INSERT INTO public.schema_migration VALUES ('0001_core.sql', 'c0760d455e4398f10ae097b234aeb65fca1eb2f8253914d4cd61215db7c8b235', '2026-11-23 19:13:40.646904+00');
INSERT INTO public.schema_migration VALUES ('0002_reading.plain.sql', 'd42afaa82518cd26427aabad90db5a9f2c844b9423c173fd76651e95c318f890', '2026-11-23 19:13:40.646904+00');
INSERT INTO public.schema_migration VALUES ('0003_alert.sql', 'a31b4f9529d0e5c8c53a6ee6d7b932c22f57f2ffd67296e8bc32c1c9d680794b', '2026-11-23 19:13:40.646904+00');
INSERT INTO public.schema_migration VALUES ('0004_account.sql', 'a28a0699499124a2bfefe424c7e9293b5d91c5817fa4f60e191c82fb3f76c59d', '2026-11-23 19:13:40.646904+00');
