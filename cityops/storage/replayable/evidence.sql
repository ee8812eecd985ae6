-- Whether a good reading of an alert's series is fresh: younger than so many report intervals of its sensor.
-- An alert that says that data is missing, or that a rule or a job failed, needs none. A device clock that runs late is
-- forgiven what the ledger knows of it.
CREATE OR REPLACE FUNCTION has_evidence(
    one alert, at timestamptz, stale_after double precision, grace double precision
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT rule.definition #>> '{when,type}' IN ('missing', 'fault', 'job-fault') OR EXISTS (
        SELECT 1 FROM reading
        WHERE reading.series_id = one.series_id AND reading.quality IN (1, 2)
          AND reading.time > at - interval '1 second' * (
              coalesce((rule.definition ->> 'stale_after')::double precision, stale_after)
              * greatest(sensor_kind.interval_seconds, ledger.interval_seconds)
              + greatest(ledger.clock_skew_seconds, 0) + grace)
    )
    FROM series JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind) LEFT JOIN ledger USING (sensor_id)
    JOIN rule ON rule.rule_id = one.rule_id
    WHERE series.series_id = one.series_id
$$;
