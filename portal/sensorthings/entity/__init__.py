"""What there is to ask for: the eight sets, their properties and relations, and their form as JSON. Pure."""
