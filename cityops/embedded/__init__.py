"""A real PostgreSQL and a real MQTT broker inside the process tree of whoever starts them."""
