-- A database that comes from a backup is another one: numbers that were given out since the backup are given again, and
-- what programs remember of it is not so. `number` is a new one after each restore, however it was made.

CREATE TABLE database_incarnation (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    number      bigint NOT NULL,
    fingerprint text NOT NULL
);

-- What no copy has in common with its original: the cluster, its timeline (after a recovery to a point in time, or a
-- failover), the database, and a table of it (after a restore into the same database).
CREATE FUNCTION database_fingerprint() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws('/', system_identifier,
                     CASE WHEN NOT pg_is_in_recovery() THEN substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END,
                     (SELECT oid FROM pg_database WHERE datname = current_database()), 'audit_link'::regclass::oid)
    FROM pg_control_system()
$$;

INSERT INTO database_incarnation (number, fingerprint) VALUES (0, database_fingerprint());
