-- name: add_to_ledger
-- A batch's entries, one a device. In order of the sensor, so that two workers cannot wait for each other.
INSERT INTO ledger AS known (sensor_id, received, stored, duplicate, dead_lettered, resent, restarts, missing_before,
    run_first, run_last, run_seen, run_from, run_until, heard_at, reporting_since, interval_seconds, clock_skew_seconds,
    refused_run, refused_since)
SELECT sensor_id, received, stored, received - stored, dead_lettered, resent, restarts, missing,
       CASE WHEN run_seen > 0 THEN run_first END, CASE WHEN run_seen > 0 THEN run_last END, run_seen,
       CASE WHEN run_seen > 0 THEN timestamptz 'epoch' + run_from * interval '1 microsecond' END,
       CASE WHEN run_seen > 0 THEN timestamptz 'epoch' + run_until * interval '1 microsecond' END,
       timestamptz 'epoch' + nullif(heard_at, 0) * interval '1 microsecond',
       timestamptz 'epoch' + nullif(heard_at, 0) * interval '1 microsecond',
       nullif(interval_seconds, 'NaN'), nullif(clock_skew_seconds, 'NaN'),
       -- A device of which something is taken is not refused, whatever else it sends.
       CASE WHEN heard_at = 0 THEN dead_lettered ELSE 0 END,
       CASE WHEN heard_at = 0 AND dead_lettered > 0 THEN %(now)s::timestamptz END
FROM unnest(%(sensor_id)s::text[], %(received)s::bigint[], %(stored)s::bigint[], %(dead_lettered)s::bigint[],
            %(resent)s::bigint[], %(restarts)s::bigint[], %(missing)s::bigint[], %(run_first)s::bigint[],
            %(run_last)s::bigint[], %(run_seen)s::bigint[], %(run_from)s::bigint[], %(run_until)s::bigint[],
            %(heard_at)s::bigint[], %(interval_seconds)s::double precision[],
            %(clock_skew_seconds)s::double precision[])
     AS told (sensor_id, received, stored, dead_lettered, resent, restarts, missing, run_first, run_last, run_seen,
              run_from, run_until, heard_at, interval_seconds, clock_skew_seconds)
ORDER BY told.sensor_id
ON CONFLICT (sensor_id) DO UPDATE
SET received = known.received + EXCLUDED.received,
    stored = known.stored + EXCLUDED.stored,
    duplicate = known.duplicate + EXCLUDED.duplicate,
    dead_lettered = known.dead_lettered + EXCLUDED.dead_lettered,
    resent = known.resent + EXCLUDED.resent,
    (restarts, missing_before, run_first, run_last, run_seen, run_from, run_until) = (
        SELECT known.restarts + EXCLUDED.restarts + (run = 'new')::integer,
               greatest(0, known.missing_before + EXCLUDED.missing_before
                        + CASE run WHEN 'new' THEN run_missing(known.run_first, known.run_last, known.run_seen)
                                   WHEN 'old' THEN -EXCLUDED.run_seen ELSE 0 END),
               CASE run WHEN 'new' THEN EXCLUDED.run_first WHEN 'old' THEN known.run_first
                        ELSE least(known.run_first, EXCLUDED.run_first) END,
               CASE run WHEN 'new' THEN EXCLUDED.run_last WHEN 'old' THEN known.run_last
                        ELSE greatest(known.run_last, EXCLUDED.run_last) END,
               CASE run WHEN 'new' THEN EXCLUDED.run_seen WHEN 'old' THEN known.run_seen
                        ELSE known.run_seen + EXCLUDED.run_seen END,
               CASE run WHEN 'new' THEN EXCLUDED.run_from WHEN 'old' THEN known.run_from
                        ELSE least(known.run_from, EXCLUDED.run_from) END,
               CASE run WHEN 'new' THEN EXCLUDED.run_until WHEN 'old' THEN known.run_until
                        ELSE greatest(known.run_until, EXCLUDED.run_until) END
        FROM find_run(known.run_last, known.run_from, known.run_until, EXCLUDED.run_first, EXCLUDED.run_last,
                      EXCLUDED.run_from, EXCLUDED.run_until) AS run
    ),
    heard_at = greatest(known.heard_at, EXCLUDED.heard_at),
    reporting_since = CASE
        -- Nearly always the learned interval says enough, without a look at the sensor's kind.
        WHEN EXCLUDED.heard_at - known.heard_at
             <= %(silence)s::double precision * known.interval_seconds * interval '1 second'
        THEN known.reporting_since
        WHEN EXCLUDED.heard_at - known.heard_at <= %(silence)s::double precision * interval '1 second'
             * (SELECT greatest(interval_seconds, known.interval_seconds)
                FROM sensor JOIN sensor_kind USING (kind) WHERE sensor.sensor_id = known.sensor_id)
        THEN known.reporting_since
        ELSE coalesce(EXCLUDED.heard_at, known.reporting_since) END,
    interval_seconds = coalesce(EXCLUDED.interval_seconds, known.interval_seconds),
    clock_skew_seconds = coalesce(EXCLUDED.clock_skew_seconds, known.clock_skew_seconds),
    refused_run = CASE WHEN EXCLUDED.heard_at IS NULL THEN known.refused_run + EXCLUDED.refused_run ELSE 0 END,
    refused_since = CASE WHEN EXCLUDED.heard_at IS NULL THEN coalesce(known.refused_since, EXCLUDED.refused_since) END

-- name: ledger_frame
-- The ledger, device by device.
SELECT sensor_id, received, stored, duplicate, dead_lettered, resent,
       missing_before + run_missing(run_first, run_last, run_seen) AS missing, restarts, run_last AS last_seq,
       heard_at, interval_seconds, clock_skew_seconds
FROM ledger ORDER BY sensor_id

-- name: ledger_totals
-- The ledger of the whole city.
SELECT coalesce(sum(received), 0)::bigint AS received, coalesce(sum(stored), 0)::bigint AS stored,
       coalesce(sum(duplicate), 0)::bigint AS duplicate, coalesce(sum(dead_lettered), 0)::bigint AS dead_lettered,
       coalesce(sum(resent), 0)::bigint AS resent,
       coalesce(sum(missing_before + run_missing(run_first, run_last, run_seen)), 0)::bigint AS missing,
       coalesce(sum(restarts), 0)::bigint AS restarts
FROM ledger

-- name: presence_facts
-- What the sources say of each sensor that is in use, or of some of these: its status, its registration, its reports,
-- and a second device of the same id. Times are microseconds since 1970: every server process asks for the whole city, and numbers are the cheapest to read.
-- A sensor whose readings were all stored by another way than ingest has no ledger: their storing counts. All of them
-- at once and not sensor by sensor: planned while a city begins, that would read what grows meanwhile for each.
SELECT sensor.sensor_id, sensor.status, unix_microseconds(sensor.status_at) AS status_at,
       unix_microseconds(sensor.registered_at) AS registered_at, unix_microseconds(coalesce(ledger.heard_at, other.heard_at)) AS heard_at,
       unix_microseconds(coalesce(ledger.reporting_since, other.heard_at)) AS reporting_since,
       greatest(sensor_kind.interval_seconds, ledger.interval_seconds) AS interval_seconds,
       ledger.clock_skew_seconds, unix_microseconds(rival.said_at) AS rival_at
FROM sensor JOIN sensor_kind USING (kind) LEFT JOIN ledger USING (sensor_id)
LEFT JOIN (
    SELECT series.sensor_id, max(latest.received_at) AS heard_at FROM series JOIN latest USING (series_id)
    WHERE (%(sensors)s::text[] IS NULL OR series.sensor_id = ANY (%(sensors)s))
      AND NOT EXISTS (SELECT FROM ledger WHERE ledger.sensor_id = series.sensor_id)
    GROUP BY series.sensor_id
) AS other ON other.sensor_id = sensor.sensor_id
LEFT JOIN registration AS rival ON rival.sensor_id = sensor.sensor_id AND rival.source = 'rival'
WHERE sensor.retired_at IS NULL AND (%(sensors)s::text[] IS NULL OR sensor.sensor_id = ANY (%(sensors)s))
ORDER BY sensor.sensor_id
