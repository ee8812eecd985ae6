-- Compression is a job of `watch` from now on (replayable/compression.timescale.sql): the server's policy waits for its
-- locks without limit, and everybody who reads waits behind it.
DO $$
DECLARE
    target regclass;
BEGIN
    FOREACH target IN ARRAY ARRAY['reading', 'rolled_1m', 'rolled_1h']::regclass[] LOOP
        CALL remove_columnstore_policy(target, if_exists => true);
    END LOOP;
END $$;
DROP FUNCTION IF EXISTS set_compression(regclass, interval);
DROP TABLE kept_ages;
