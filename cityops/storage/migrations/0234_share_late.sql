-- What comes after who reads on had passed its time. The trigger that notes late hours (replayable/rollup_work.sql) notes
-- from when to when they were written too, and `watch`, when it rolls such an hour up again, passes the note on to
-- `share_late`, from which readers of shared data are given it (replayable/shared.sql). Decision 166 tells why so.

ALTER TABLE rollup_late
    ADD COLUMN since timestamptz, -- the first and the last reading that were written; NULL: the roll-up changes for
    ADD COLUMN until timestamptz; -- another reason, and there is no reading to give

CREATE TABLE share_late (
    share_late_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- in the order of commits: one transaction at a time adds
    series_id     integer NOT NULL,
    hour          timestamptz NOT NULL,
    since         timestamptz NOT NULL,
    until         timestamptz NOT NULL,
    noted_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
