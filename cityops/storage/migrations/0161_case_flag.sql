-- What each case counts for in the evaluation, as its history at a version says: a month is scored from these, and
-- reads only the histories that have changed since.

CREATE TABLE case_flag (
    case_id bigint NOT NULL REFERENCES city_case (case_id),
    scores  text NOT NULL,
    unit    text NOT NULL,
    at      timestamptz NOT NULL, -- in which month
    counts  text[] NOT NULL
);
-- Serves: what counts in a month.
CREATE INDEX case_flag_at ON case_flag (at);
-- Serves: the flags of a case, to be made anew.
CREATE INDEX case_flag_case ON case_flag (case_id);

CREATE TABLE case_flagged (
    case_id bigint PRIMARY KEY REFERENCES city_case (case_id),
    version integer NOT NULL, -- of the case
    rules   text NOT NULL     -- the calendar and the limits of the centre's steps by which it was done
);
