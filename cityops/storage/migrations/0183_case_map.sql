-- The map of open cases is drawn of the same index as their list: where they are, and whether they were handled in time.
CREATE INDEX city_case_shown ON city_case ((coalesce(due_at, 'infinity'::timestamptz)), case_id)
    INCLUDE (state, due_at, overdue_at, awaited, area_code, called_departments, category, severity, handled_at,
             longitude, latitude)
    WHERE ended_at IS NULL;
DROP INDEX city_case_listed;
ALTER INDEX city_case_shown RENAME TO city_case_listed;
