-- The shift: what officers write down, and the sheets by which one hands over to the next (交接班).

CREATE TABLE shift_note (
    shift_note_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at            timestamptz NOT NULL,
    author        text NOT NULL,
    words         text NOT NULL CHECK (length(words) BETWEEN 1 AND 2000)
);

-- A sheet as it was when the outgoing officer signed it. Each follows the one before, and only one may:
-- of two who hand over at once, the second is refused.
CREATE TABLE handover (
    handover_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    previous    bigint UNIQUE NULLS NOT DISTINCT REFERENCES handover (handover_id),
    outgoing    text NOT NULL,
    signed_at   timestamptz NOT NULL,
    last_note   bigint NOT NULL, -- notes up to this one have been handed over
    sheet       jsonb NOT NULL,  -- alerts.handover.Sheet
    UNIQUE (handover_id, outgoing)
);

-- The second signature. One for each sheet, and of another person.
CREATE TABLE handover_receipt (
    handover_id bigint PRIMARY KEY,
    outgoing    text NOT NULL,
    incoming    text NOT NULL CHECK (incoming <> outgoing),
    received_at timestamptz NOT NULL,
    FOREIGN KEY (handover_id, outgoing) REFERENCES handover (handover_id, outgoing)
);

-- Nothing of this is ever rewritten.
CREATE TRIGGER shift_note_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON shift_note
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handover_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON handover
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handover_receipt_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON handover_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Serves: what happened to alerts during a shift.
CREATE INDEX alert_event_at ON alert_event (at);
