-- Readings on plain PostgreSQL: one partition a day, made ahead by `watch` and on demand by ingest.

CREATE TABLE reading (
    time      timestamptz NOT NULL,
    series_id integer NOT NULL,
    value     double precision NOT NULL,
    quality   smallint NOT NULL,
    PRIMARY KEY (series_id, time)
) PARTITION BY RANGE (time);
-- Serves: all series over a short span, for the roll-ups. Readings come nearly in order of time.
CREATE INDEX reading_time ON reading USING brin (time) WITH (pages_per_range = 16, autosummarize = on);

-- The rolled-up part of reading_1m, reading_1h and reading_1d: all buckets before the watermark.
-- The views of these names (replayable/rollups.plain.sql) add what is newer.
CREATE TABLE rolled_1m (
    bucket    timestamptz NOT NULL,
    series_id integer NOT NULL,
    count     integer NOT NULL,          -- readings of quality 1 or 2; others do not count
    weight    integer NOT NULL,          -- those of them that have a share in the mean
    mean      double precision,
    min       double precision NOT NULL,
    max       double precision NOT NULL,
    last      double precision NOT NULL,
    PRIMARY KEY (series_id, bucket)
) PARTITION BY RANGE (bucket); -- by month
-- Serves: all series over a short span.
CREATE INDEX rolled_1m_bucket ON rolled_1m USING brin (bucket) WITH (pages_per_range = 16, autosummarize = on);

CREATE TABLE rolled_1h (LIKE rolled_1m INCLUDING ALL);
CREATE TABLE rolled_1d (LIKE rolled_1m INCLUDING ALL);

-- How far the roll-ups are. One row.
CREATE TABLE rollup_state (
    one_row   boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    threshold timestamptz NOT NULL DEFAULT '-infinity', -- whoever writes a reading before it must say so
    watermark timestamptz NOT NULL DEFAULT '-infinity', -- all minutes before it are rolled up
    tail      timestamptz NOT NULL DEFAULT '-infinity', -- the literal in the view reading_tail
    forgotten timestamptz NOT NULL DEFAULT '-infinity'  -- readings before it were dropped; their roll-ups stay
);
INSERT INTO rollup_state DEFAULT VALUES;

-- Hours of series that must be rolled up again, because a reading came after their turn. No key: writers
-- must not wait for one another here.
CREATE TABLE rollup_late (
    series_id integer NOT NULL,
    hour      timestamptz NOT NULL
);

-- The readings since the watermark's day. `roll_up_step` makes it anew each day with the day as a literal: a
-- bound that is known only when the query runs would make the planner look at every partition there is.
CREATE VIEW reading_tail AS
SELECT time, series_id, value, quality FROM reading WHERE time >= timestamptz '-infinity';
