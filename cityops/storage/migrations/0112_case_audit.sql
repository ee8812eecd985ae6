-- The events of cases are links of the one audit chain.

ALTER TABLE audit_link DROP CONSTRAINT audit_link_source_check;
ALTER TABLE audit_link ADD CONSTRAINT audit_link_source_check
    CHECK (source IN ('alert_event', 'audit_log', 'case_event'));

CREATE OR REPLACE VIEW audit_row AS
SELECT 'alert_event'::text AS source, alert_event_id AS row_id,
       ARRAY[alert_id::text, (extract(epoch FROM at) * 1000000)::bigint::text, action, from_state, to_state, actor,
             reason] AS fields
FROM alert_event
UNION ALL
SELECT 'audit_log'::text, audit_id,
       ARRAY[(extract(epoch FROM at) * 1000000)::bigint::text, actor, action, object, success::text, origin,
             detail::text]
FROM audit_log
UNION ALL
SELECT 'case_event'::text, case_event_id,
       ARRAY[case_id::text, seq::text, (extract(epoch FROM at) * 1000000)::bigint::text, act, from_state, to_state,
             actor, post, department, reason, data, origin]
FROM case_event;

CREATE FUNCTION audit_link_case_event() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append('case_event', NEW.case_event_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_link AFTER INSERT ON case_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link_case_event();
