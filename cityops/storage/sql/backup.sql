-- name: count_relations
-- How many tables, views and sequences a database holds, those of extensions left out: 0 when it is fresh.
SELECT count(*)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND relkind IN ('r', 'p', 'v', 'm', 'S')
  AND NOT EXISTS (
      SELECT FROM pg_depend
      WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
  )

-- name: is_superuser
-- Whether this role may give tables to their owners and switch TimescaleDB into its restoring mode.
SELECT rolsuper FROM pg_roles WHERE rolname = current_user

-- name: create_timescaledb
-- Alone in its connection: the extension must be made before anything of it is loaded.
CREATE EXTENSION IF NOT EXISTS timescaledb

-- name: timescaledb_pre_restore
-- Stop TimescaleDB's workers and triggers, so that its own tables can be filled from a dump.
SELECT timescaledb_pre_restore()

-- name: timescaledb_post_restore
-- The way back to normal.
SELECT timescaledb_post_restore()

-- name: gather_statistics
-- A restored database has none, and the planner would guess.
ANALYZE
