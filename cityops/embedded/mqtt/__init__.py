"""The embedded MQTT broker: its process, the port in front of it, and who may enter it."""
