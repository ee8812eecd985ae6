-- name: log_position
-- Up to where the log of changes has been written: everything committed before is in it. Fails on a standby.
SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint

-- name: replayed
-- Up to where a standby has followed that log, and when the last commit that it saw was made; no row on a primary.
SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint AS position,
       coalesce(pg_last_xact_replay_timestamp(), to_timestamp(0)) AS committed_at
WHERE pg_is_in_recovery()
