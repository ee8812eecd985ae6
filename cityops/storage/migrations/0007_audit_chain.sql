-- The audit chain: each row of alert_event and audit_log is one link, and each link holds the hash of the one
-- before it. docs/explanation/audit.md says what it proves. Links are made at commit, so no writer can forget
-- them, writers wait for one another only for a moment, and numbers have no holes.

CREATE TABLE audit_link (
    seq      bigint PRIMARY KEY,
    source   text NOT NULL CHECK (source IN ('alert_event', 'audit_log')),
    row_id   bigint NOT NULL,
    previous bytea NOT NULL,
    hash     bytea NOT NULL,
    UNIQUE (source, row_id)
);

-- How far the chain goes. One row, and the lock that writers take in turn.
CREATE TABLE audit_head (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq  bigint NOT NULL,
    hash bytea NOT NULL
);
INSERT INTO audit_head (seq, hash) VALUES (0, sha256('CityOps audit chain'));

-- The canonical form, part one: what of a row is hashed, as text. Times are microseconds since 1970 UTC.
CREATE VIEW audit_row AS
SELECT 'alert_event'::text AS source, alert_event_id AS row_id,
       ARRAY[alert_id::text, (extract(epoch FROM at) * 1000000)::bigint::text, action, from_state, to_state, actor,
             reason] AS fields
FROM alert_event
UNION ALL
SELECT 'audit_log'::text, audit_id,
       ARRAY[(extract(epoch FROM at) * 1000000)::bigint::text, actor, action, object, success::text, origin,
             detail::text]
FROM audit_log;

-- The canonical form, part two: every part as its length in bytes, a colon, itself, a comma. No two lists of
-- parts give the same bytes.
CREATE FUNCTION audit_hash(seq bigint, source text, row_id bigint, previous bytea, fields text[]) RETURNS bytea
    LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(string_agg(octet_length(part) || ':' || part || ',', '' ORDER BY place), 'UTF8'))
    FROM unnest(ARRAY[seq::text, source, row_id::text, encode(previous, 'hex')] || fields)
         WITH ORDINALITY AS parts (part, place)
$$;

-- Makes the link of one row. It runs with its owner's rights: services may not write links themselves.
CREATE FUNCTION audit_append(new_source text, new_row_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head audit_head;
    link bytea;
BEGIN
    SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
    SELECT audit_hash(head.seq + 1, new_source, new_row_id, head.hash, fields) INTO STRICT link
    FROM audit_row WHERE source = new_source AND row_id = new_row_id;
    INSERT INTO audit_link VALUES (head.seq + 1, new_source, new_row_id, head.hash, link);
    UPDATE audit_head SET seq = head.seq + 1, hash = link;
END $$;
REVOKE ALL ON FUNCTION audit_append(text, bigint) FROM PUBLIC;

CREATE FUNCTION audit_link_alert_event() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append('alert_event', NEW.alert_event_id);
    RETURN NULL;
END $$;
CREATE FUNCTION audit_link_audit_log() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append('audit_log', NEW.audit_id);
    RETURN NULL;
END $$;

-- What there is already, in the order in which it happened.
DO $$
DECLARE
    entry record;
BEGIN
    FOR entry IN
        SELECT 'alert_event' AS source, alert_event_id AS row_id, at FROM alert_event
        UNION ALL SELECT 'audit_log', audit_id, at FROM audit_log
        ORDER BY at, source, row_id
    LOOP
        PERFORM audit_append(entry.source, entry.row_id);
    END LOOP;
END $$;

-- Deferred: all of a transaction's links are made at its commit. The head is then locked last, so that nobody
-- who waits for it holds something that its holder still wants.
CREATE CONSTRAINT TRIGGER audit_link AFTER INSERT ON alert_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link_alert_event();
CREATE CONSTRAINT TRIGGER audit_link AFTER INSERT ON audit_log
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link_audit_log();

CREATE TRIGGER audit_link_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
