-- Plain PostgreSQL compresses nothing.

CREATE OR REPLACE FUNCTION compress_step(now timestamptz, age interval, again boolean) RETURNS boolean
LANGUAGE sql AS 'SELECT false';
