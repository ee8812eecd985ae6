"""The lines of the last 24 hours that stand beside numbers."""
