"""Reports and reporters in the database."""
