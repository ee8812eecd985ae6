"""Addresses of alerts: what is open, what was, the stream of changes, and acts on one or many."""
