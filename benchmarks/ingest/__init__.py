"""What ingest stores, and what others make of the same."""
