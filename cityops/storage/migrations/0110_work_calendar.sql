-- Working calendars: a version never changes, so that a deadline can be counted again as it was counted then.

CREATE TABLE work_calendar (
    calendar   text PRIMARY KEY CHECK (calendar ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    version    integer NOT NULL, -- the one in force
    updated_at timestamptz NOT NULL
);

CREATE TABLE work_calendar_version (
    calendar    text NOT NULL,
    version     integer NOT NULL,
    content     text NOT NULL, -- years, slots and days, as cases/store/calendars.py writes them
    imported_at timestamptz NOT NULL,
    imported_by text NOT NULL,
    PRIMARY KEY (calendar, version)
);

-- What follows from the content, for questions in SQL: every day of the years covered, and all working time on one
-- line with its running total.
CREATE TABLE work_day (
    calendar text NOT NULL,
    version  integer NOT NULL,
    day      date NOT NULL,
    by_law   boolean NOT NULL,    -- a working day, whoever is on duty
    worked   boolean NOT NULL,    -- its slots count
    assumed  boolean NOT NULL,    -- its year is not announced
    closes   timestamptz NOT NULL, -- the end of business
    place    integer NOT NULL,    -- how many worked days there are up to this one
    PRIMARY KEY (calendar, version, day)
);
CREATE TABLE work_interval (
    calendar      text NOT NULL,
    version       integer NOT NULL,
    opens         bigint NOT NULL, -- microseconds since 1970 UTC
    closes        bigint NOT NULL,
    worked_before bigint NOT NULL, -- microseconds
    worked_after  bigint NOT NULL,
    PRIMARY KEY (calendar, version, opens)
);
-- Serves: when so much is worked.
CREATE UNIQUE INDEX work_interval_worked ON work_interval (calendar, version, worked_after);
