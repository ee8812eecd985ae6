"""The land of the simulated city: areas, roads, water, places."""
