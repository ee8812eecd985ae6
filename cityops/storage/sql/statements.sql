-- name: keeps_statements
-- Whether the server counts its statements, and this database shows the counts.
SELECT to_regclass('pg_stat_statements') IS NOT NULL
       AND current_setting('shared_preload_libraries') LIKE '%%pg_stat_statements%%'

-- name: statement_statistics
-- What the statements of this database cost since the counts began: those that took most time first, times in ms.
-- Values are not in their texts; statements that may hold a secret (roles, passwords) are left out.
SELECT query AS statement, calls, total_exec_time AS total_ms, mean_exec_time AS mean_ms, max_exec_time AS worst_ms,
       rows::float8 / calls AS rows_a_call,
       shared_blks_hit::float8 / nullif(shared_blks_hit + shared_blks_read, 0) AS from_memory,
       total_exec_time / nullif(sum(total_exec_time) OVER (), 0) AS share
FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND query ~* '^\s*(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|COPY)\M'
ORDER BY total_exec_time DESC LIMIT %(most)s

-- name: statements_since
-- Since when the server has counted.
SELECT stats_reset FROM pg_stat_statements_info
