"""Pairs of keys: where they are kept, and what is sealed for who has the private one."""
