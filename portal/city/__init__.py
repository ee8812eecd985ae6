"""What of the city is public, and how it is read."""
