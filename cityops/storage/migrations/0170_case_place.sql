-- Serves: the open cases around a place.
CREATE INDEX city_case_place ON city_case (latitude, longitude) WHERE ended_at IS NULL;
