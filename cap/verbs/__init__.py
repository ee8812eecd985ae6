"""The verbs `cityops cap …`."""
