-- Call-backs: each try to reach who sent a report, and what they said. What they said in words stays here, where it can be
-- forgotten, and enters no event.

CREATE TABLE report_call (
    report_id     bigint NOT NULL REFERENCES citizen_report (report_id),
    attempt       integer NOT NULL CHECK (attempt >= 1),
    round         integer NOT NULL CHECK (round >= 1), -- of the case: after rework everybody is asked again
    at            timestamptz NOT NULL,
    called_by     text NOT NULL,
    channel       text NOT NULL CHECK (channel IN ('phone', 'sms', 'web')),
    reached       boolean NOT NULL,
    solved        text CHECK (solved IN ('solved', 'explained', 'not_solved')),
    satisfaction  smallint CHECK (satisfaction BETWEEN 1 AND 5),
    comment       text NOT NULL CHECK (length(comment) <= 500),
    case_event_id bigint NOT NULL REFERENCES case_event (case_event_id), -- the act call_back that goes with it
    PRIMARY KEY (report_id, attempt),
    CHECK (reached = (solved IS NOT NULL)),
    CHECK (reached OR satisfaction IS NULL)
);
-- Serves: that each act call_back goes with one call at most.
CREATE UNIQUE INDEX report_call_event ON report_call (case_event_id);
-- Serves: which cases wait for a call.
CREATE INDEX city_case_calling ON city_case (handled_at) WHERE state = 'calling';
