-- reading_1m, reading_1h and reading_1d: what is rolled up, and after it what is newer, computed on the spot.

-- The minutes that are rolled up. What is NULL in the table is the same as the mean (`minutes_of`).
CREATE OR REPLACE VIEW rolled_minutes AS
SELECT bucket, series_id, count, weight, mean, coalesce(min, mean) AS min, coalesce(max, mean) AS max,
       coalesce(last, mean) AS last, resultant
FROM rolled_1m;

-- The minutes that are newer than the watermark.
CREATE OR REPLACE VIEW newer_minutes AS
SELECT bucket, series_id, count, weight, mean_value(kind, terms, easts, weight) AS mean, min, max, last,
       mean_resultant(kind, terms, easts, weight) AS resultant
FROM (
    SELECT date_bin('1 minute', reading.time, 'epoch') AS bucket, reading.series_id, metric.mean AS kind,
           count(*)::integer AS count, count(mean_term(metric.mean, reading.value))::integer AS weight,
           sum(mean_term(metric.mean, reading.value)) AS terms, sum(east_term(metric.mean, reading.value)) AS easts,
           min(reading.value) AS min, max(reading.value) AS max,
           (array_agg(reading.value ORDER BY reading.time DESC))[1] AS last
    FROM reading_tail AS reading JOIN series USING (series_id) JOIN metric USING (metric)
    WHERE reading.quality <= 2 AND reading.time >= (SELECT watermark FROM rollup_state)
    GROUP BY 1, 2, 3
) AS folded;

CREATE OR REPLACE VIEW reading_1m AS
SELECT bucket, series_id, count, weight, mean, min, max, last, resultant FROM rolled_minutes
UNION ALL
SELECT bucket, series_id, count, weight, mean, min, max, last, resultant FROM newer_minutes;

-- The hour of the watermark is made of what is rolled up of it and of the newer minutes.
CREATE OR REPLACE VIEW reading_1h AS
SELECT bucket, series_id, count, weight, mean, min, max, last, resultant FROM rolled_1h
UNION ALL
SELECT bucket, series_id, count, weight, mean_value(kind, terms, easts, weight), min, max, last,
       mean_resultant(kind, terms, easts, weight)
FROM (
    SELECT date_bin('1 hour', part.bucket, 'epoch') AS bucket, part.series_id, metric.mean AS kind,
           sum(part.count)::integer AS count, sum(part.weight)::integer AS weight,
           sum(part.weight * mean_term(metric.mean, part.mean, part.resultant)) AS terms,
           sum(part.weight * east_term(metric.mean, part.mean, part.resultant)) AS easts,
           min(part.min) AS min, max(part.max) AS max, (array_agg(part.last ORDER BY part.bucket DESC))[1] AS last
    FROM (
        SELECT bucket, series_id, count, weight, mean, min, max, last, resultant FROM rolled_hour_open
        UNION ALL
        SELECT bucket, series_id, count, weight, mean, min, max, last, resultant FROM newer_minutes
    ) AS part JOIN series USING (series_id) JOIN metric USING (metric)
    GROUP BY 1, 2, 3
) AS folded;

-- A day is made of its hours; where its midnight lies within an hour of UTC (half-hour zones), of that hour's minutes.
CREATE OR REPLACE VIEW reading_1d AS
SELECT bucket, series_id, count, weight, mean, min, max, last, resultant FROM rolled_1d
UNION ALL
SELECT bucket, series_id, count, weight, mean_value(kind, terms, easts, weight), min, max, last,
       mean_resultant(kind, terms, easts, weight)
FROM (
    SELECT part.day AS bucket, part.series_id, metric.mean AS kind,
           sum(part.count)::integer AS count, sum(part.weight)::integer AS weight,
           sum(part.weight * mean_term(metric.mean, part.mean, part.resultant)) AS terms,
           sum(part.weight * east_term(metric.mean, part.mean, part.resultant)) AS easts,
           min(part.min) AS min, max(part.max) AS max, (array_agg(part.last ORDER BY part.bucket DESC))[1] AS last
    FROM (
        SELECT city_day(whole.bucket, state.zone) AS day, whole.*
        FROM reading_1h AS whole, rollup_state AS state
        WHERE whole.bucket >= (SELECT days FROM rollup_state)
          AND NOT (state.cuts_hours AND whole.bucket >= state.minutes_from AND is_cut(whole.bucket, state.zone))
        UNION ALL
        SELECT city_day(piece.bucket, state.zone), piece.*
        FROM reading_1m AS piece, rollup_state AS state
        WHERE (SELECT cuts_hours FROM rollup_state)
          AND piece.bucket >= (SELECT greatest(days, minutes_from) FROM rollup_state)
          AND date_bin('1 hour', piece.bucket, 'epoch') >= state.minutes_from
          AND is_cut(date_bin('1 hour', piece.bucket, 'epoch'), state.zone)
    ) AS part JOIN series USING (series_id) JOIN metric USING (metric)
    GROUP BY 1, 2, 3
) AS folded;
