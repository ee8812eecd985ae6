"""Evidence packs: a file that proves what the city recorded of an alert or a case, to whoever has its public key."""
