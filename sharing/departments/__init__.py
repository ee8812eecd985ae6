"""What departments give each other: requests, decisions, tokens, and each read counted."""
