"""New readings of open series by MQTT, as SensorThings 1.1 has it: for whoever listens, and by nobody's question."""
