-- Rules that people edit, and the state of detection: what a condition has come to on each series.

-- What the file said last: a rule edited here is replaced only when the file changes.
ALTER TABLE rule
    ADD COLUMN file_definition jsonb,
    ADD COLUMN edited_by       text,        -- NULL: as in the file
    ADD COLUMN fault_series    integer REFERENCES series (series_id),
    ADD COLUMN fault_at        timestamptz;

-- Every version that was ever in force.
CREATE TABLE rule_version (
    rule_id    text NOT NULL REFERENCES rule (rule_id),
    version    integer NOT NULL,
    definition jsonb NOT NULL,
    enabled    boolean NOT NULL,
    at         timestamptz NOT NULL,
    actor      text NOT NULL,
    PRIMARY KEY (rule_id, version)
);
INSERT INTO rule_version (rule_id, version, definition, enabled, at, actor)
SELECT rule_id, version, definition, enabled, updated_at, 'file' FROM rule;

-- One row for each pair of rule and series that is not simply calm. Written with the readings, so that a
-- worker that is killed in the middle of a delay goes on where it was.
CREATE TABLE rule_state (
    rule_id   text NOT NULL REFERENCES rule (rule_id),
    part      smallint NOT NULL, -- 0 the rule itself, 1 and more the signs it is combined from
    series_id integer NOT NULL REFERENCES series (series_id),
    phase     text NOT NULL CHECK (phase IN ('calm', 'pending', 'active', 'clearing')), -- calm: with marks only
    since     timestamptz NOT NULL, -- device time at which the phase began
    inside    boolean NOT NULL,     -- for rules that count: whether the condition holds just now
    marks     timestamptz[] NOT NULL, -- and when it came true lately
    PRIMARY KEY (rule_id, part, series_id)
) WITH (fillfactor = 70);
-- Serves: the states of the series of a batch.
CREATE INDEX rule_state_series ON rule_state (series_id);

INSERT INTO rule_state (rule_id, part, series_id, phase, since, inside, marks)
SELECT rule_id, 0, series_id, 'active', opened_at, true, '{}' FROM alert WHERE closed_at IS NULL AND active;
