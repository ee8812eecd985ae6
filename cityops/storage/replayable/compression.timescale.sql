-- Compress the oldest chunk that is older than `age` and not compressed; or, `again`, one that readings were added to
-- since. Returns false when there is none, or another one is at it. One chunk a transaction, so that locks are short.
--
-- Nobody who reads waits: the emptied chunk is truncated only when that needs no waiting, else its rows are deleted.
-- Who writes to this old chunk waits for it to be done; who writes to another does not.
CREATE OR REPLACE FUNCTION compress_step(now timestamptz, age interval, again boolean) RETURNS boolean
LANGUAGE plpgsql SET lock_timeout = '1s' SET timescaledb.compress_truncate_behaviour = 'truncate_or_delete' AS $$
DECLARE
    next regclass;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('cityops compression')) THEN
        RETURN false;
    END IF;
    SELECT format('%I.%I', chunk_schema, chunk_name)::regclass INTO next
    FROM timescaledb_information.chunks
    WHERE hypertable_schema = 'public' AND hypertable_name IN ('reading', 'rolled_1m', 'rolled_1h')
      AND range_end <= now - age AND is_compressed = again
      AND CASE WHEN again -- 8: there are rows beside the compressed ones
               THEN _timescaledb_functions.chunk_status(format('%I.%I', chunk_schema, chunk_name)::regclass) & 8 > 0
               ELSE true END
    ORDER BY range_end LIMIT 1;
    IF next IS NULL THEN
        RETURN false;
    END IF;
    PERFORM compress_chunk(next);
    RETURN true;
END $$;
