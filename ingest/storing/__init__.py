"""A batch of messages as one transaction: decoded, placed, judged, stored, entered in the ledger."""
