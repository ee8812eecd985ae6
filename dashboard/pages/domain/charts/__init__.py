"""What a domain page draws: figures of a trend, a ranking, a map, the hours."""
