"""The verbs `cityops citizens …`."""
