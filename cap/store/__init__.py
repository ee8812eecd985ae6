"""Public warnings in the database."""
