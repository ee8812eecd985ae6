-- Cases, and everything that was ever done with them.

CREATE TABLE city_case (
    case_id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day_code           text NOT NULL CHECK (day_code ~ '^[0-9]{8}$'), -- the city's day on which it was reported
    number             text NOT NULL GENERATED ALWAYS AS (
        day_code || rpad(left(first_area, 6), 6, '0') || lpad((case_id % 1000000)::text, 6, '0')) STORED,
    version            integer NOT NULL,      -- how many events it has
    state              text NOT NULL,         -- cases/life/states.py
    kind               text NOT NULL,         -- cases/life/details.py: CaseType
    source             text NOT NULL,
    category           text NOT NULL,
    standard           text NOT NULL,
    severity           smallint NOT NULL CHECK (severity BETWEEN 1 AND 4),
    area_code          text NOT NULL,
    first_area         text NOT NULL,         -- where it lay when it was reported
    longitude          double precision,
    latitude           double precision,
    address            text NOT NULL,
    description        text NOT NULL,         -- no event has it: it may hold what must be forgotten
    alert_id           bigint REFERENCES alert (alert_id),
    round              integer NOT NULL,
    lead_department    text NOT NULL,
    called_departments text[] NOT NULL,       -- by a whistle
    reported_by        text NOT NULL,
    reported_at        timestamptz NOT NULL,
    dispatched_at      timestamptz,           -- first: handling starts here
    due_at             timestamptz,
    due_provisional    boolean NOT NULL,
    paused_until       timestamptz,           -- while it is suspended
    overdue_at         timestamptz,
    handled_at         timestamptz,
    ended_at           timestamptz,
    master             bigint REFERENCES city_case (case_id), -- the case into which it is merged
    snapshot           text NOT NULL          -- the case as its events have made it, see cases/store/snapshots.py
);
CREATE UNIQUE INDEX city_case_number ON city_case (number);
-- An alert has one open case at most.
CREATE UNIQUE INDEX city_case_alert ON city_case (alert_id) WHERE ended_at IS NULL;
-- Serves: what is open of a department, the most urgent first.
CREATE INDEX city_case_open ON city_case (lead_department, due_at) WHERE ended_at IS NULL;
-- Serves: what becomes overdue.
CREATE INDEX city_case_due ON city_case (due_at) WHERE ended_at IS NULL AND overdue_at IS NULL;
-- Serves: what is to be resumed.
CREATE INDEX city_case_paused ON city_case (paused_until) WHERE paused_until IS NOT NULL;
-- Serves: the cases that were merged into one.
CREATE INDEX city_case_master ON city_case (master) WHERE master IS NOT NULL;
-- Serves: the cases of an area.
CREATE INDEX city_case_area ON city_case (area_code text_pattern_ops, case_id);

-- One row for each act. Rows are only ever added.
CREATE TABLE case_event (
    case_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id       bigint NOT NULL REFERENCES city_case (case_id),
    seq           integer NOT NULL, -- the version that it made
    at            timestamptz NOT NULL,
    act           text NOT NULL,
    from_state    text NOT NULL,    -- '': it begins the case
    to_state      text NOT NULL,
    actor         text NOT NULL,
    post          text NOT NULL,
    department    text NOT NULL,
    reason        text NOT NULL,
    data          text NOT NULL,    -- what was said with the act, as JSON
    origin        text NOT NULL,
    UNIQUE (case_id, seq)
);
CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The tasks and requests of a case, as its snapshot has them, for lists and for who may see what.
CREATE TABLE case_task (
    case_id     bigint NOT NULL REFERENCES city_case (case_id),
    place       integer NOT NULL,
    round       integer NOT NULL,
    department  text NOT NULL,
    role        text NOT NULL,
    state       text NOT NULL,
    worker      text NOT NULL,
    offered_at  timestamptz NOT NULL,
    accepted_at timestamptz,
    done_at     timestamptz,
    PRIMARY KEY (case_id, place)
);
-- Serves: the tasks of a department.
CREATE INDEX case_task_department ON case_task (department, state, case_id);
CREATE TABLE case_request (
    case_id    bigint NOT NULL REFERENCES city_case (case_id),
    number     integer NOT NULL,
    kind       text NOT NULL,
    department text NOT NULL,
    asked_by   text NOT NULL,
    asked_at   timestamptz NOT NULL,
    until      timestamptz,
    decided_by text NOT NULL,
    decided_at timestamptz,
    granted    boolean,
    PRIMARY KEY (case_id, number)
);
-- Serves: what waits for a decision.
CREATE INDEX case_request_waiting ON case_request (asked_at) WHERE granted IS NULL;

-- Who holds which post, and for which department.
CREATE TABLE case_post (
    user_name  text NOT NULL,
    post       text NOT NULL,
    department text NOT NULL DEFAULT '',
    PRIMARY KEY (user_name, post, department)
);
