"""What the query of an address asks for."""
