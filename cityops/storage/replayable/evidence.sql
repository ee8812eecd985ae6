-- Whether a good reading of an alert's series is fresh: younger than so many report intervals of its sensor.
-- An alert that says that data is missing, that a clock is wrong, or that a rule, a job or a channel failed, needs none, nor one
-- that says what did not reach us, or what others warn of. The age
-- counts in event time: a clock that is wrong makes nothing older or younger. What is still on its way is forgiven.
CREATE OR REPLACE FUNCTION has_evidence(
    one alert, at timestamptz, stale_after double precision, grace double precision
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT rule.definition #>> '{when,type}' IN (
        'missing', 'clock', 'fault', 'job-fault', 'service-late', 'channel-fault', 'unheard', 'lost-queue',
        'missing-reports', 'warning', 'widespread'
    ) OR EXISTS (
        SELECT 1 FROM reading
        WHERE reading.series_id = one.series_id AND reading.quality IN (1, 2)
          AND reading.time > at - shift - span AND reading.time <= at - shift + interval '1 second' * grace
          -- Times that an earlier setting of the clock left behind are no sign of life.
          AND coalesce(ledger.heard_at > at - span, true)
    )
    FROM series JOIN sensor USING (sensor_id) JOIN sensor_kind USING (kind) LEFT JOIN ledger USING (sensor_id)
    JOIN rule ON rule.rule_id = one.rule_id
    CROSS JOIN LATERAL (SELECT coalesce(ledger.clock_shift, '0') AS shift) AS clock
    CROSS JOIN LATERAL (SELECT interval '1 second' * (
        coalesce((rule.definition ->> 'stale_after')::double precision, stale_after)
        * greatest(sensor_kind.interval_seconds, ledger.interval_seconds)
        + CASE WHEN ledger.clock_correction = '0' THEN greatest(ledger.clock_skew_seconds, 0) ELSE 0 END + grace) AS span
    ) AS patience
    WHERE series.series_id = one.series_id
$$;
