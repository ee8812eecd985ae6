"""The audit chain, as anybody can check it."""
