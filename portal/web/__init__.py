"""What every request to the portal passes: headers, limits, a cache, and how it is refused."""
