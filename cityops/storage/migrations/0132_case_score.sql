-- The results of each month: what was counted, by which formula of which version, and from which cases. Rows are only
-- ever added; the last run of a month counts, and after a final one there is no other.

CREATE TABLE score_run (
    score_run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    month        text NOT NULL CHECK (month ~ '^[0-9]{4}-[0-9]{2}$'),
    counts_until timestamptz NOT NULL, -- what was not done by then is not done
    made_at      timestamptz NOT NULL,
    made_by      text NOT NULL,
    is_final     boolean NOT NULL
);
CREATE UNIQUE INDEX score_run_final ON score_run (month) WHERE is_final;
-- Serves: the run of a month that counts.
CREATE INDEX score_run_month ON score_run (month, score_run_id DESC);

-- The cases behind every number.
CREATE TABLE score_count (
    score_run_id bigint NOT NULL REFERENCES score_run (score_run_id),
    scores       text NOT NULL, -- department, area, hotline or a post
    unit         text NOT NULL,
    count        text NOT NULL,
    cases        bigint[] NOT NULL,
    PRIMARY KEY (score_run_id, scores, unit, count)
);

CREATE TABLE score_indicator (
    score_run_id bigint NOT NULL REFERENCES score_run (score_run_id),
    formula      text NOT NULL,
    unit         text NOT NULL,
    indicator    text NOT NULL,
    numerator    numeric,  -- NULL: a count of it cannot be known
    denominator  numeric,
    value        numeric,  -- NULL: of nothing there is no rate
    PRIMARY KEY (score_run_id, formula, unit, indicator)
);

CREATE TABLE score (
    score_run_id bigint NOT NULL REFERENCES score_run (score_run_id),
    formula      text NOT NULL,
    version      integer NOT NULL, -- of the formula
    scores       text NOT NULL,
    unit         text NOT NULL,
    points       numeric,          -- rounded for reading; NULL: it cannot be said
    level        text,             -- of the exact points
    place        integer,
    PRIMARY KEY (score_run_id, formula, unit)
);
