-- What lists and scores read of a million cases: of an index what is open, of the store what is of the month.

-- Serves: what is open, the most urgent first, and how many there are. It has all that they are chosen by, the scope
-- too, because the rows themselves are wide: to read those of 50,000 open cases takes longer than a page may.
CREATE INDEX city_case_listed ON city_case ((coalesce(due_at, 'infinity'::timestamptz)), case_id)
    INCLUDE (state, due_at, overdue_at, awaited, area_code, called_departments, category, severity)
    WHERE ended_at IS NULL;
DROP INDEX city_case_urgent; -- the same order, without what is chosen by
DROP INDEX city_case_states;
-- Serves: the cases that are due in a month, open or ended.
CREATE INDEX city_case_due_ever ON city_case (due_at);

-- Packing two million numbers took longer than all the counting.
ALTER TABLE score_count ALTER cases SET STORAGE EXTERNAL;
