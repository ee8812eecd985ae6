"""Open data: SensorThings on a city of 10,000 series, and a year of one of them as a table."""
