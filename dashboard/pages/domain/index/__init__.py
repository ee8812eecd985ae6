"""How the index of a standard comes about, for a domain page that has one."""
