-- Serves: how many cases are open by state, in the order of its groups: hashing 50,000 states took half of the time.
CREATE INDEX city_case_counted ON city_case (state) INCLUDE (overdue_at, awaited, area_code, called_departments)
    WHERE ended_at IS NULL;
