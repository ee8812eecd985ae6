-- What is too old is dropped in steps from now on, a few partitions a transaction: `keep_ages` returns whether it dropped
-- any. Its new form is in replayable/ages.*.sql.
DROP FUNCTION IF EXISTS keep_ages(timestamptz, interval, interval, interval, interval);
