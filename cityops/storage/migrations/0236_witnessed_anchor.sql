-- How far the audit chains of other cities went when they asked us to countersign it (sharing/evidence/witness.py).
CREATE TABLE witnessed_anchor (
    asked_by text NOT NULL CHECK (length(asked_by) BETWEEN 1 AND 200), -- the account of the other city's program
    seq      bigint NOT NULL CHECK (seq >= 0),
    hash     bytea NOT NULL CHECK (length(hash) = 32),
    seen_at  timestamptz NOT NULL,
    PRIMARY KEY (asked_by, seq)
);
CREATE TRIGGER witnessed_anchor_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON witnessed_anchor
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
