-- Make the partitions that a set of readings needs. A partition is built beside the table and attached,
-- because CREATE TABLE … PARTITION OF would lock every reader and writer of the whole table.

CREATE OR REPLACE FUNCTION attach_partition(parent text, lower_end timestamp, upper_end timestamp, pattern text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    partition text := parent || '_' || to_char(lower_end, pattern);
BEGIN
    IF to_regclass(partition) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('attach_partition'));
        -- Another worker may have made it while we waited. The catalogue itself knows: `to_regclass` would answer
        -- from this session's cache, which waiting for the lock did not bring up to date.
        IF NOT EXISTS (SELECT FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
                       WHERE inhparent = parent::regclass AND relname = partition) THEN
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition, parent);
            EXECUTE format(
                'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                parent, partition, lower_end AT TIME ZONE 'UTC', upper_end AT TIME ZONE 'UTC');
        END IF;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION ensure_reading_days(days date[]) RETURNS void LANGUAGE sql AS $$
    SELECT attach_partition('reading', wanted, wanted + interval '1 day', 'YYYYMMDD')
    FROM (SELECT DISTINCT unnest(days)::timestamp AS wanted ORDER BY 1)
$$;

CREATE OR REPLACE FUNCTION ensure_rolled_months(since timestamptz, until timestamptz) RETURNS void LANGUAGE sql AS $$
    SELECT attach_partition('rolled_1m', month, month + interval '1 month', 'YYYYMM')
    FROM generate_series(date_trunc('month', since AT TIME ZONE 'UTC'), until AT TIME ZONE 'UTC', interval '1 month')
         AS month
$$;
