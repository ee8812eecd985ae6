"""Rules, detection, life cycle and the alert store."""
