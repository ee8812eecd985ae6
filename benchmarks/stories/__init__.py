"""Scenarios told to a simulated city, and what is made of them."""
