-- name: has_portal_role
-- Whether the server has the role of what faces the public.
SELECT to_regrole('cityops_portal') IS NOT NULL

-- name: create_portal_role
-- The role of what faces the public. It owns nothing, and what it may do comes from the migration.
CREATE ROLE cityops_portal

-- name: limit_portal_role
-- It logs in, and holds neither many connections nor the processor.
ALTER ROLE cityops_portal WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS CONNECTION LIMIT 40
    PASSWORD %(password)s;
ALTER ROLE cityops_portal SET statement_timeout = '10s';
ALTER ROLE cityops_portal SET idle_in_transaction_session_timeout = '10s'

-- name: shut_large_objects
-- PostgreSQL lets everybody store files beside the tables, which would fill the disk.
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC
