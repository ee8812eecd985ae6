-- TimescaleDB keeps its continuous aggregates itself, by the policies of `keep_ages`.

CREATE OR REPLACE FUNCTION freeze_rollups(until timestamptz) RETURNS void LANGUAGE sql AS '';

CREATE OR REPLACE FUNCTION roll_up_step() RETURNS boolean LANGUAGE sql AS 'SELECT false';
