-- What of the timed work fails at present: one row for each job, or part of one, that failed in its last round.
CREATE TABLE job_failure (
    job           text PRIMARY KEY, -- such as `retention`, or `alerts/outbox` for a part of a job
    reason        text NOT NULL,
    failing_since timestamptz NOT NULL,
    failed_at     timestamptz NOT NULL -- the last time; a job that is gone is forgotten after a while
);
