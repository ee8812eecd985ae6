-- Roll-ups of our own on TimescaleDB, the same as on plain PostgreSQL, instead of continuous aggregates
-- (docs/decisions/0030-one-way-to-roll-up.md). What can be folded from readings again is left to `watch`; what is
-- older than the readings is copied.

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
);
CREATE TABLE rolled_1h (LIKE rolled_1m INCLUDING ALL);
CREATE TABLE rolled_1d (LIKE rolled_1m INCLUDING ALL);
SELECT create_hypertable('rolled_1m', by_range('bucket', INTERVAL '7 days'), create_default_indexes => false);
SELECT create_hypertable('rolled_1h', by_range('bucket', INTERVAL '90 days'), create_default_indexes => false);
-- Serve: all series over a short span.
CREATE INDEX rolled_1m_bucket ON rolled_1m USING brin (bucket) WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX rolled_1h_bucket ON rolled_1h USING brin (bucket) WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX rolled_1d_bucket ON rolled_1d USING brin (bucket) WITH (pages_per_range = 16, autosummarize = on);

-- These three are as in 0002_reading.plain.sql.
CREATE TABLE rollup_state (
    one_row   boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    threshold timestamptz NOT NULL DEFAULT '-infinity',
    watermark timestamptz NOT NULL DEFAULT '-infinity',
    tail      timestamptz NOT NULL DEFAULT '-infinity',
    forgotten timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE TABLE rollup_late (
    series_id integer NOT NULL,
    hour      timestamptz NOT NULL
);
CREATE VIEW reading_tail AS
SELECT time, series_id, value, quality FROM reading WHERE time >= timestamptz '-infinity';

-- The first day of which readings are left: before it there is only what was rolled up.
INSERT INTO rollup_state (forgotten)
SELECT coalesce(date_bin('1 day', min(time), 'epoch'), '-infinity') FROM reading;
INSERT INTO rolled_1m
SELECT bucket, series_id, count, weight, mean, min, max, last FROM reading_1m
WHERE bucket < (SELECT forgotten FROM rollup_state);
INSERT INTO rolled_1h
SELECT bucket, series_id, count, weight, mean, min, max, last FROM reading_1h
WHERE bucket < (SELECT forgotten FROM rollup_state);
INSERT INTO rolled_1d
SELECT bucket, series_id, count, weight, mean, min, max, last FROM reading_1d
WHERE bucket < (SELECT coalesce(date_bin('1 day', min(bucket), 'epoch'), forgotten)
                FROM rollup_state LEFT JOIN rolled_1h ON true GROUP BY forgotten);

DROP MATERIALIZED VIEW reading_1d;
DROP MATERIALIZED VIEW reading_1h;
DROP MATERIALIZED VIEW reading_1m;
SELECT remove_retention_policy('reading', if_exists => true);
DROP FUNCTION IF EXISTS set_retention(regclass, interval);
DROP FUNCTION IF EXISTS set_refresh(regclass, interval, interval, interval);
DELETE FROM kept_ages;

-- A removal is noted row by row here: TimescaleDB has no transition tables for DELETE. The body is replayed.
CREATE FUNCTION note_removed_reading() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER reading_removed AFTER DELETE ON reading FOR EACH ROW EXECUTE FUNCTION note_removed_reading();
ALTER TABLE rolled_1m SET (
    timescaledb.enable_columnstore, timescaledb.segmentby = 'series_id', timescaledb.orderby = 'bucket');
ALTER TABLE rolled_1h SET (
    timescaledb.enable_columnstore, timescaledb.segmentby = 'series_id', timescaledb.orderby = 'bucket');
