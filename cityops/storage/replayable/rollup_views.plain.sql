-- reading_1m, reading_1h and reading_1d: what is rolled up, and after it what is newer, computed on the spot.
-- TimescaleDB calls this real-time aggregation; the answers are the same.

CREATE OR REPLACE VIEW reading_1m AS
SELECT bucket, series_id, count, weight, mean, min, max, last FROM rolled_1m
UNION ALL
SELECT date_bin('1 minute', reading.time, 'epoch'), reading.series_id,
       count(*)::integer, count(mean_term(metric.mean, reading.value))::integer,
       mean_value(metric.mean, avg(mean_term(metric.mean, reading.value))),
       min(reading.value), max(reading.value), (array_agg(reading.value ORDER BY reading.time DESC))[1]
FROM reading_tail AS reading JOIN series USING (series_id) JOIN metric USING (metric)
WHERE reading.quality <= 2 AND reading.time >= (SELECT watermark FROM rollup_state)
GROUP BY 1, 2, metric.mean;

CREATE OR REPLACE VIEW reading_1h AS
SELECT bucket, series_id, count, weight, mean, min, max, last FROM rolled_1h
UNION ALL
SELECT date_bin('1 hour', part.bucket, 'epoch'), part.series_id,
       sum(part.count)::integer, sum(part.weight)::integer,
       mean_value(metric.mean, sum(part.weight * mean_term(metric.mean, part.mean)) / NULLIF(sum(part.weight), 0)),
       min(part.min), max(part.max), (array_agg(part.last ORDER BY part.bucket DESC))[1]
FROM reading_1m AS part JOIN series USING (series_id) JOIN metric USING (metric)
WHERE part.bucket >= (SELECT date_bin('1 hour', watermark, 'epoch') FROM rollup_state)
GROUP BY 1, 2, metric.mean;

CREATE OR REPLACE VIEW reading_1d AS
SELECT bucket, series_id, count, weight, mean, min, max, last FROM rolled_1d
UNION ALL
SELECT date_bin('1 day', part.bucket, 'epoch'), part.series_id,
       sum(part.count)::integer, sum(part.weight)::integer,
       mean_value(metric.mean, sum(part.weight * mean_term(metric.mean, part.mean)) / NULLIF(sum(part.weight), 0)),
       min(part.min), max(part.max), (array_agg(part.last ORDER BY part.bucket DESC))[1]
FROM reading_1h AS part JOIN series USING (series_id) JOIN metric USING (metric)
WHERE part.bucket >= (SELECT date_bin('1 day', watermark, 'epoch') FROM rollup_state)
GROUP BY 1, 2, metric.mean;
