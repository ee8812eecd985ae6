-- Serves: contacts of which no reporter was made yet.
CREATE INDEX citizen_report_sealed ON citizen_report (report_id) WHERE sealed IS NOT NULL;
-- Serves: what waits for a person.
CREATE INDEX citizen_report_held ON citizen_report (report_id) WHERE held <> '';
-- Serves: what is old enough to be forgotten.
CREATE INDEX citizen_report_kept ON citizen_report (received_at) WHERE forgotten_at IS NULL;
