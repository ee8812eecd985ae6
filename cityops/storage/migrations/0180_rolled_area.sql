-- Roll-ups over areas: what the wall's trends and the domain pages ask of the city and of its districts, which are many
-- series. One row for each step, area, metric and bucket, made by `watch` from the roll-ups of the series
-- (docs/decisions/0120-roll-ups-over-areas.md). Empty at first: `watch` fills it, the newest day first, while the
-- questions are answered from the series.

-- The steps that are kept, how long, and which buckets of them stand in rolled_area: since (inclusive) to until.
CREATE TABLE rolled_area_step (
    step  interval PRIMARY KEY,
    kept  interval NOT NULL,
    since timestamptz NOT NULL DEFAULT '-infinity',
    until timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO rolled_area_step (step, kept)
VALUES ('10 minutes', '8 days'), ('15 minutes', '8 days'), ('1 hour', '100 days'), ('3 hours', '100 days');

CREATE TABLE rolled_area (
    step          interval NOT NULL,
    area_code     text NOT NULL,             -- '': all sensors, also those in no area
    domain        text NOT NULL,             -- of the sensors, so that a scope finds its part
    metric        text NOT NULL,
    bucket        timestamptz NOT NULL,
    count         bigint NOT NULL,
    sensors       integer NOT NULL,
    low           double precision NOT NULL,
    high          double precision NOT NULL,
    weight        double precision NOT NULL, -- sums over the series: of the weights, and of the terms of the metric's mean
    terms         double precision,
    easts         double precision,
    -- Where one metric weighs by another, as speeds by flow. Who has both has a share; who has not weighs as the others
    -- do on average, which is known only when districts are put together.
    shares        double precision,          -- the sum of the shares
    sharing       integer NOT NULL,          -- how many series have one
    shared_weight double precision,          -- sums of share times weight, and of share times terms
    shared_terms  double precision,
    shared_easts  double precision,
    bare_weight   double precision,          -- sums over those without a share; NULL where nobody has one
    bare_terms    double precision,
    bare_easts    double precision,
    PRIMARY KEY (step, area_code, metric, domain, bucket)
);

-- Which series were counted to which area. When they no longer belong there, `watch` folds both areas again.
CREATE TABLE rolled_area_member (
    area_code text NOT NULL,
    series_id integer NOT NULL,
    domain    text NOT NULL,
    metric    text NOT NULL,
    PRIMARY KEY (area_code, series_id, domain)
);

-- Days (of UTC) to be folded again, because a series came to an area or left it. Until then the series answer.
CREATE TABLE rolled_area_late (
    area_code text NOT NULL,
    domain    text NOT NULL,
    metric    text NOT NULL,
    day       timestamptz NOT NULL,
    PRIMARY KEY (day, area_code, domain, metric)
);

-- A row for each change by which a series may have come to another area. No key: writers must not wait here.
CREATE TABLE rolled_area_moved (noted_at timestamptz NOT NULL DEFAULT now());
INSERT INTO rolled_area_moved DEFAULT VALUES;
