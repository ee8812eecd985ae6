"""What devices say over MQTT, and recordings said once more."""
