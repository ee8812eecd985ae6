-- TimescaleDB makes its chunks itself.

CREATE OR REPLACE FUNCTION ensure_reading_days(days date[]) RETURNS void LANGUAGE sql AS '';

CREATE OR REPLACE FUNCTION ensure_rolled_months(since timestamptz, until timestamptz) RETURNS void LANGUAGE sql AS '';
