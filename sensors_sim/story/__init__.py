"""What happens in it: incidents, faults, scenarios, and what becomes of reports on their way."""
