-- The open hour takes in its new minutes instead of being made anew in each round, so these two have parameters more.
DROP FUNCTION IF EXISTS hours_of(timestamptz, timestamptz, integer[]);
DROP FUNCTION IF EXISTS roll_up_open_hour(timestamptz);
