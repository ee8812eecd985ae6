"""Public warnings in the Common Alerting Protocol: ours for others, and others' for us."""
