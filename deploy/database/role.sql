-- Runs once, as the superuser, when the database is created.
-- `cityops` owns the schema and migrates it. The services run as `cityops_service`, which owns nothing and cannot
-- change or remove what happened (cityops/storage/replayable/service_role.sql). What faces the public runs as
-- `cityops_portal`, which can read what is public and add reports (role_portal.sql there). What departments read is read
-- as `cityops_shared`, which nobody logs in as and which can call two functions (shared.sql there). None is a superuser:
-- a hole in one of the programs ends at the data.
\set password `cat /run/secrets/database_password`
\set service_password `cat /run/secrets/database_service_password`
\set portal_password `cat /run/secrets/database_portal_password`
CREATE ROLE cityops LOGIN PASSWORD :'password';
CREATE ROLE cityops_service LOGIN PASSWORD :'service_password';
CREATE ROLE cityops_portal LOGIN PASSWORD :'portal_password' CONNECTION LIMIT 40;
CREATE ROLE cityops_shared;
GRANT cityops_shared TO cityops_service;
ALTER ROLE cityops_portal SET statement_timeout = '10s';
ALTER ROLE cityops_portal SET idle_in_transaction_session_timeout = '10s';
ALTER DATABASE cityops OWNER TO cityops;
-- PostgreSQL lets everybody store files beside the tables, which would fill the disk.
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC;
-- What /admin/statements shows; of the statements of other roles it shows no text.
CREATE EXTENSION pg_stat_statements;
