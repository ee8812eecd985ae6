"""`/admin/posts`: who is what in the handling of cases, for the security administrator."""
