"""`/admin/catalogue`: what can be filed, within which limits, and who is responsible, for the system administrator."""
