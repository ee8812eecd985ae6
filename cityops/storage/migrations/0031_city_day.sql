-- Days are the city's, directions are averaged as vectors, and what was forgotten is remembered by the day.
-- Views and functions that stand on what changes are made again by the replayable files.

DROP VIEW IF EXISTS reading_1d, reading_1h, reading_1m;
DROP FUNCTION IF EXISTS minutes_of(timestamptz, timestamptz, integer[]);
DROP FUNCTION IF EXISTS hours_of(timestamptz, timestamptz, integer[]);
DROP FUNCTION IF EXISTS days_of(timestamptz, timestamptz, integer[]);
DROP FUNCTION IF EXISTS roll_up_span(timestamptz, timestamptz);
DROP FUNCTION IF EXISTS roll_up_late_day(rollup_state);
DROP FUNCTION IF EXISTS roll_up_again(integer[], timestamptz, timestamptz);
DROP FUNCTION mean_term(text, double precision);
DROP FUNCTION mean_value(text, double precision);

ALTER TABLE metric DROP CONSTRAINT metric_mean_check;
ALTER TABLE metric ADD CONSTRAINT metric_mean_check CHECK (mean IN ('arithmetic', 'energy', 'harmonic', 'vector'));

-- How long the mean vector of directions is, 0 (they cancel) to 1 (all the same); NULL for what is no direction.
ALTER TABLE rolled_1m ADD COLUMN resultant double precision;
ALTER TABLE rolled_1h ADD COLUMN resultant double precision;
ALTER TABLE rolled_1d ADD COLUMN resultant double precision;

ALTER TABLE rollup_state
    ADD COLUMN zone         text NOT NULL DEFAULT 'UTC',              -- whose days rolled_1d has
    ADD COLUMN cuts_hours   boolean NOT NULL DEFAULT false,           -- midnight there may lie within an hour of UTC
    ADD COLUMN days         timestamptz NOT NULL DEFAULT '-infinity', -- all days before it are rolled up
    ADD COLUMN minutes_from timestamptz NOT NULL DEFAULT '-infinity', -- minutes before it were dropped
    ADD COLUMN hours_from   timestamptz NOT NULL DEFAULT '-infinity'; -- hours before it were dropped

-- Days of UTC whose readings were dropped: their roll-ups stay as they are, whatever comes late.
CREATE TABLE forgotten_day (day timestamptz PRIMARY KEY);
INSERT INTO forgotten_day
SELECT DISTINCT date_bin('1 day', bucket, 'epoch') FROM rolled_1h, rollup_state WHERE bucket < forgotten;
ALTER TABLE rollup_state DROP COLUMN forgotten;

-- Where a level begins later than the one that is made from it, the rest was dropped.
UPDATE rollup_state SET minutes_from = first_minute
FROM (SELECT min(bucket) AS first_minute FROM rolled_1m) AS minutes, (SELECT min(bucket) AS first_hour FROM rolled_1h) AS hours
WHERE first_minute >= first_hour + interval '1 hour';
UPDATE rollup_state SET hours_from = date_bin('1 day', first_hour, 'epoch') + interval '1 day'
FROM (SELECT min(bucket) AS first_hour FROM rolled_1h) AS hours, (SELECT min(bucket) AS first_day FROM rolled_1d) AS days
WHERE first_hour >= first_day + interval '1 day';
-- Until now they were days of UTC.
UPDATE rollup_state SET days = date_bin('1 day', watermark, 'epoch') WHERE isfinite(watermark);
UPDATE rollup_state SET days = hours_from WHERE NOT isfinite(watermark);
