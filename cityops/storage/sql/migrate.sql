-- name: lock_migrations
-- Only one `cityops db migrate` at a time.
SELECT pg_advisory_xact_lock(hashtext('cityops migrate'))

-- name: limit_lock_waits
-- Who waits for a strong lock has all readers and writers wait behind. After the lock above: another migration is
-- waited for.
SET LOCAL lock_timeout = '2s'

-- name: find_profile
-- What the server is: TimescaleDB where the extension can be had, else plain PostgreSQL.
SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb')
       THEN 'timescale' ELSE 'plain' END

-- name: timescale_too_old
-- Whether the TimescaleDB that can be had lacks what the schema uses; its version, else nothing.
SELECT default_version FROM pg_available_extensions
WHERE name = 'timescaledb'
  AND string_to_array(substring(default_version FROM '^[0-9]+[.][0-9]+'), '.')::integer[] < ARRAY[2, 20]

-- name: create_migration_table
-- Which migrations have run, and what they were.
CREATE TABLE IF NOT EXISTS schema_migration (
    name   text PRIMARY KEY,
    digest text NOT NULL,
    run_at timestamptz NOT NULL DEFAULT now()
)

-- name: has_migration_table
-- False on an empty database.
SELECT to_regclass('schema_migration') IS NOT NULL

-- name: migrations_done
-- The migrations that ran, with their hashes.
SELECT name, digest FROM schema_migration

-- name: record_migration
-- Remember a migration that has just run.
INSERT INTO schema_migration (name, digest) VALUES (%(name)s, %(digest)s)

-- name: store_metric
-- Copy one metric of the catalogue into the database.
INSERT INTO metric VALUES (%(metric)s, %(name_zh)s, %(name_en)s, %(unit)s, %(valid_low)s, %(valid_high)s,
                           %(plausible_low)s, %(plausible_high)s, %(precision)s, %(mean)s, %(weighed_by)s)
ON CONFLICT (metric) DO UPDATE
SET name_zh = EXCLUDED.name_zh, name_en = EXCLUDED.name_en, unit = EXCLUDED.unit,
    valid_low = EXCLUDED.valid_low, valid_high = EXCLUDED.valid_high,
    plausible_low = EXCLUDED.plausible_low, plausible_high = EXCLUDED.plausible_high,
    precision = EXCLUDED.precision, mean = EXCLUDED.mean, weighed_by = EXCLUDED.weighed_by

-- name: store_sensor_kind
-- Copy one sensor kind of the catalogue into the database.
INSERT INTO sensor_kind VALUES (%(kind)s, %(domain)s, %(name_zh)s, %(name_en)s, %(metrics)s, %(interval_seconds)s)
ON CONFLICT (kind) DO UPDATE
SET domain = EXCLUDED.domain, name_zh = EXCLUDED.name_zh, name_en = EXCLUDED.name_en,
    metrics = EXCLUDED.metrics, interval_seconds = EXCLUDED.interval_seconds
