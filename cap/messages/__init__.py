"""What a message of the Common Alerting Protocol says, and how it is written, read and signed. Pure."""
