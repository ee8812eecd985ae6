"""How late walls and desks are, in a real browser."""
