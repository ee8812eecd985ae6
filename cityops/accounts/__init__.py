"""Accounts: who is it, what may they do, and how they prove it."""
