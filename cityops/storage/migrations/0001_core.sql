-- Areas, the catalogue, sensors and their series. Times are UTC.

CREATE TABLE area (
    code       text PRIMARY KEY CHECK (code ~ '^[0-9]{1,32}$'),
    name       text NOT NULL,
    name_en    text NOT NULL DEFAULT '',
    level      text NOT NULL CHECK (level IN ('province', 'city', 'district', 'street', 'community', 'grid')),
    parent     text REFERENCES area (code) DEFERRABLE INITIALLY DEFERRED,
    geometry   jsonb, -- GeoJSON Polygon or MultiPolygon, WGS-84 lon/lat
    updated_at timestamptz NOT NULL DEFAULT now()
);
-- Serves: children of an area.
CREATE INDEX area_parent ON area (parent);

CREATE TABLE metric (
    metric         text PRIMARY KEY,
    name_zh        text NOT NULL,
    name_en        text NOT NULL,
    unit           text NOT NULL,
    valid_low      double precision NOT NULL,
    valid_high     double precision NOT NULL,
    plausible_low  double precision NOT NULL,
    plausible_high double precision NOT NULL,
    precision      smallint NOT NULL,
    mean           text NOT NULL CHECK (mean IN ('arithmetic', 'energy', 'harmonic'))
);

-- The mean of a metric: noise is averaged by energy and speeds harmonically, as `metric.mean` says. Each is
-- an arithmetic mean of terms, turned back into a value, so means of parts combine by their weights.
-- A speed of 0 has no term: no vehicle passed, and that is not a slow one.
CREATE FUNCTION mean_term(mean text, value double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE mean WHEN 'energy' THEN power(10::double precision, value / 10)
                     WHEN 'harmonic' THEN CASE WHEN value > 0 THEN 1 / value END
                     ELSE value END
$$;
CREATE FUNCTION mean_value(mean text, term double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE mean WHEN 'energy' THEN 10 * log(term)
                     WHEN 'harmonic' THEN 1 / term
                     ELSE term END
$$;

CREATE TABLE sensor_kind (
    kind             text PRIMARY KEY,
    domain           text NOT NULL,
    name_zh          text NOT NULL,
    name_en          text NOT NULL,
    metrics          text[] NOT NULL,
    interval_seconds double precision NOT NULL CHECK (interval_seconds > 0)
);

CREATE TABLE sensor (
    sensor_id     text PRIMARY KEY CHECK (sensor_id ~ '^[A-Za-z0-9._-]{1,64}$'),
    area_code     text NOT NULL, -- no foreign key: a device may report before its area is imported
    domain        text NOT NULL,
    kind          text NOT NULL REFERENCES sensor_kind (kind),
    name          text NOT NULL,
    lon           double precision NOT NULL CHECK (lon BETWEEN -180 AND 180), -- WGS-84
    lat           double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    status        text NOT NULL DEFAULT 'unknown' CHECK (status IN ('unknown', 'online', 'offline')),
    status_at     timestamptz,
    registered_at timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
-- Serves: the sensors of an area, by prefix of its code.
CREATE INDEX sensor_area ON sensor (area_code text_pattern_ops);

CREATE TABLE series (
    series_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sensor_id text NOT NULL REFERENCES sensor (sensor_id),
    metric    text NOT NULL REFERENCES metric (metric),
    UNIQUE (sensor_id, metric)
);

CREATE TABLE latest (
    series_id   integer PRIMARY KEY REFERENCES series (series_id),
    time        timestamptz NOT NULL,
    value       double precision NOT NULL,
    quality     smallint NOT NULL,
    received_at timestamptz NOT NULL
) WITH (fillfactor = 50); -- every row is updated for ever: leave room for updates in place

CREATE TABLE dead_letter (
    dead_letter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at    timestamptz NOT NULL,
    topic          text NOT NULL,
    payload        bytea NOT NULL,
    field          text NOT NULL, -- the part of the message that is wrong, such as values.pm25
    reason         text NOT NULL
);
-- Serves: the newest dead letters first.
CREATE INDEX dead_letter_received ON dead_letter (received_at DESC);

-- What the map draws beside areas and sensors: water, green, roads, zones and key places.
CREATE TABLE map_feature (
    feature_id text PRIMARY KEY,
    layer      text NOT NULL CHECK (layer IN ('water', 'green', 'zone', 'road', 'place')),
    kind       text NOT NULL, -- river, lake, park, industrial, ring, radial, street, hospital, school, station, shelter, fire_station
    name       text NOT NULL,
    name_en    text NOT NULL DEFAULT '',
    geometry   jsonb NOT NULL -- GeoJSON, WGS-84 lon/lat
);
