"""`/knowledge`: the knowledge base of the hotline, read by all who work with cases, changed by supervisors."""
