"""The layers of the map as they are now: drawn, and written to files."""
