-- Runs once, as the superuser, when the database is created.
-- `cityops` owns the schema and migrates it. The services run as `cityops_service`, which owns nothing and cannot
-- change or remove what happened (cityops/storage/replayable/service_role.sql). Neither is a superuser: a hole in
-- one of the programs ends at the data.
\set password `cat /run/secrets/database_password`
\set service_password `cat /run/secrets/database_service_password`
CREATE ROLE cityops LOGIN PASSWORD :'password';
CREATE ROLE cityops_service LOGIN PASSWORD :'service_password';
ALTER DATABASE cityops OWNER TO cityops;
-- What /admin/statements shows; of the statements of other roles it shows no text.
CREATE EXTENSION pg_stat_statements;
