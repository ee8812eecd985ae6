-- Runs once, as the superuser, when the database is created.
-- The programs own the database but are no superuser: a hole in one of them ends at the data.
\set password `cat /run/secrets/database_password`
CREATE ROLE cityops LOGIN PASSWORD :'password';
ALTER DATABASE cityops OWNER TO cityops;
