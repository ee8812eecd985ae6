"""From a table to the roads of the traffic index."""
