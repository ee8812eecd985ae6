-- 每月一题: what has become more, found in reports, cases and alerts, and what a supervisor made of it.

CREATE TABLE topic (
    topic_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version         integer NOT NULL DEFAULT 1,
    month           text NOT NULL CHECK (month ~ '^[0-9]{4}-[0-9]{2}$'), -- the city's, in which it was proposed
    state           text NOT NULL CHECK (state IN ('proposed', 'declined', 'adopted', 'ended')),
    category        text NOT NULL,
    area_code       text NOT NULL,
    evidence        text NOT NULL,            -- citizens/topics/evidence.py, as JSON: never changed
    proposed_at     timestamptz NOT NULL,
    decided_by      text NOT NULL DEFAULT '',
    decided_at      timestamptz,
    reason          text NOT NULL DEFAULT '', -- why it was declined, or what it came to
    plan            text NOT NULL DEFAULT '',
    lead_department text NOT NULL DEFAULT '',
    begins_on       date,                     -- the city's day from which the plan is to show
    ended_at        timestamptz,
    since_count     integer,                  -- incidents since then, counted by `watch`: a number of no version
    since_days      integer
);
-- What is proposed or followed is not proposed again.
CREATE UNIQUE INDEX topic_going_on ON topic (category, area_code) WHERE state IN ('proposed', 'adopted');
-- Serves: the topics of an area.
CREATE INDEX topic_area ON topic (area_code text_pattern_ops, topic_id);
