"""Running the product: demo, backup, heartbeats, logs, signals."""
