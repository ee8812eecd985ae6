-- Serves: lists and counts of those who see a district: city_case_area has its closed cases too, twenty times as many.
CREATE INDEX city_case_open_area ON city_case (area_code text_pattern_ops)
    INCLUDE (state, overdue_at, awaited, called_departments) WHERE ended_at IS NULL;
