"""Devices in the database: who they are, the clocks they keep, and the ledger of what they lost."""
