"""Detection with the database: reads rules and state, judges, and writes alerts in one transaction."""
