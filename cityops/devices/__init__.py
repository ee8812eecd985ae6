"""Sensors: who they are, whether they are there, and what people do with them."""
