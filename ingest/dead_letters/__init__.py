"""What cannot be stored: kept whole or counted, bounded by sender, and processed once more on request."""
