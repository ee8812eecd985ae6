-- The alerts that a case follows: one case many, an alert one open case.

CREATE TABLE case_alert (
    case_id        bigint NOT NULL REFERENCES city_case (case_id),
    alert_id       bigint NOT NULL REFERENCES alert (alert_id),
    alert_event_id bigint NOT NULL, -- the last event of the alert when it was linked
    evidence       text NOT NULL,   -- the hash of that event in the audit chain, in hexadecimal
    is_open        boolean NOT NULL, -- whether the case is
    PRIMARY KEY (case_id, alert_id)
);
CREATE UNIQUE INDEX case_alert_open ON case_alert (alert_id) WHERE is_open;
-- Serves: whether an alert ever had a case.
CREATE INDEX case_alert_alert ON case_alert (alert_id);

INSERT INTO case_alert (case_id, alert_id, alert_event_id, evidence, is_open)
SELECT case_id, alert_id, 0, '', ended_at IS NULL FROM city_case WHERE alert_id IS NOT NULL;
