"""A simulated city that publishes over MQTT like any device."""
