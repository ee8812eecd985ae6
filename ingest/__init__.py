"""MQTT -> decode -> check -> one transaction."""
