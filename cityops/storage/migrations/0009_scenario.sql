-- Scenarios of the demo: what the simulator can tell, what it is telling, and how far gas and water reach.

CREATE TABLE scenario (
    name       text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9-]{0,63}$'),
    position   integer NOT NULL, -- the order in which a presenter sees them
    definition jsonb NOT NULL    -- cityops.scenarios.Scenario
);

CREATE TABLE scenario_run (
    run_id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           text NOT NULL REFERENCES scenario (name),
    pace           double precision NOT NULL CHECK (pace > 0),
    started_at     timestamptz NOT NULL,
    started_by     text NOT NULL,
    anchor_at      timestamptz NOT NULL,      -- at this moment the story was so far,
    anchor_seconds double precision NOT NULL, -- in its own seconds
    ended_at       timestamptz                -- stopped, or the story was over
);
-- One story at a time; serves: which one runs.
CREATE UNIQUE INDEX scenario_run_one ON scenario_run ((true)) WHERE ended_at IS NULL;

-- What a map can draw of a run, as it is at `at`.
CREATE TABLE scenario_extent (
    run_id   bigint NOT NULL REFERENCES scenario_run (run_id) ON DELETE CASCADE,
    name     text NOT NULL,                                   -- of the incident, and its number in the run
    kind     text NOT NULL CHECK (kind IN ('plume', 'flood')),
    geometry jsonb NOT NULL,                                  -- GeoJSON (Multi)Polygon, WGS-84
    at       timestamptz NOT NULL,
    PRIMARY KEY (run_id, name)
);
