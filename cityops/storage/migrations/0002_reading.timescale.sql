-- Readings on TimescaleDB: a hypertable with a chunk a day, and continuous aggregates on it.

CREATE EXTENSION IF NOT EXISTS timescaledb;

CREATE TABLE reading (
    time      timestamptz NOT NULL,
    series_id integer NOT NULL,
    value     double precision NOT NULL,
    quality   smallint NOT NULL,
    PRIMARY KEY (series_id, time)
);
SELECT create_hypertable('reading', by_range('time', INTERVAL '1 day'), create_default_indexes => false);
-- Serves: all series over a short span. Readings come nearly in order of time.
CREATE INDEX reading_time ON reading USING brin (time) WITH (pages_per_range = 16, autosummarize = on);
ALTER TABLE reading SET (
    timescaledb.enable_columnstore, timescaledb.segmentby = 'series_id', timescaledb.orderby = 'time');

-- Each level rolls up the one below: `weight` says how many readings have a share in the mean.
-- WITH NO DATA, because a migration is a transaction; the policies fill it, and real-time aggregation
-- answers until then.
CREATE MATERIALIZED VIEW reading_1m WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT time_bucket(INTERVAL '1 minute', reading.time) AS bucket,
       reading.series_id,
       count(*)::integer AS count,
       count(mean_term(metric.mean, reading.value))::integer AS weight,
       mean_value(metric.mean, avg(mean_term(metric.mean, reading.value))) AS mean,
       min(reading.value) AS min,
       max(reading.value) AS max,
       last(reading.value, reading.time) AS last
FROM reading
JOIN series ON series.series_id = reading.series_id
JOIN metric ON metric.metric = series.metric
WHERE reading.quality <= 2
GROUP BY 1, 2, metric.mean
WITH NO DATA;

CREATE MATERIALIZED VIEW reading_1h WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT time_bucket(INTERVAL '1 hour', part.bucket) AS bucket,
       part.series_id,
       sum(part.count)::integer AS count,
       sum(part.weight)::integer AS weight,
       mean_value(metric.mean, sum(part.weight * mean_term(metric.mean, part.mean)) / NULLIF(sum(part.weight), 0))
           AS mean,
       min(part.min) AS min,
       max(part.max) AS max,
       last(part.last, part.bucket) AS last
FROM reading_1m AS part
JOIN series ON series.series_id = part.series_id
JOIN metric ON metric.metric = series.metric
GROUP BY 1, 2, metric.mean
WITH NO DATA;

CREATE MATERIALIZED VIEW reading_1d WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT time_bucket(INTERVAL '1 day', part.bucket) AS bucket,
       part.series_id,
       sum(part.count)::integer AS count,
       sum(part.weight)::integer AS weight,
       mean_value(metric.mean, sum(part.weight * mean_term(metric.mean, part.mean)) / NULLIF(sum(part.weight), 0))
           AS mean,
       min(part.min) AS min,
       max(part.max) AS max,
       last(part.last, part.bucket) AS last
FROM reading_1h AS part
JOIN series ON series.series_id = part.series_id
JOIN metric ON metric.metric = series.metric
GROUP BY 1, 2, metric.mean
WITH NO DATA;

ALTER MATERIALIZED VIEW reading_1m SET (
    timescaledb.enable_columnstore, timescaledb.segmentby = 'series_id', timescaledb.orderby = 'bucket');

-- The ages that the policies have: readings, minutes, hours, compression. At most one row.
CREATE TABLE kept_ages (wanted interval[] NOT NULL);
