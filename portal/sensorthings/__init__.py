"""SensorThings API 1.1, read: what is open of sensors and readings, for clients that exist."""
