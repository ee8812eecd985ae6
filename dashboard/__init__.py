"""The web application: wall, duty desk, sensors, API."""
