"""Cases in the database: each act is one statement and one event, and either both are there or neither."""
