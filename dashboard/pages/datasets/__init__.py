"""`/admin/datasets`: what the city has to give, and who may have it, for the security administrator."""
