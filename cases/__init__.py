"""Cases: what the city files, gives to a department, checks and counts. docs/explanation/cases.md tells how."""
