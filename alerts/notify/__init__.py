"""Telling people: the outbox, its channels, and whom to tell next."""
