-- What lists of cases are read by. Both columns are decided in cases/life/rehearsal.py and written with each act.

ALTER TABLE city_case
    ADD COLUMN awaited text[],     -- for whom work waits; NULL: not known yet, `watch` fills it in
    ADD COLUMN departments text[]; -- which have to do with it now

-- Serves: what waits for somebody.
CREATE INDEX city_case_awaited ON city_case USING gin (awaited);
-- Serves: what a department has to do with.
CREATE INDEX city_case_departments ON city_case USING gin (departments) WHERE ended_at IS NULL;
-- Serves: what is open, the most urgent first.
CREATE INDEX city_case_urgent ON city_case ((coalesce(due_at, 'infinity'::timestamptz)), case_id) WHERE ended_at IS NULL;
-- Serves: how many are open by state.
CREATE INDEX city_case_states ON city_case (state) WHERE ended_at IS NULL;
-- Serves: what was filed and what ended in a span.
CREATE INDEX city_case_reported ON city_case (reported_at);
CREATE INDEX city_case_ended ON city_case (ended_at) WHERE ended_at IS NOT NULL;
-- Serves: cases of which it is not known for whom they wait.
CREATE INDEX city_case_unknown ON city_case (case_id) WHERE awaited IS NULL;
