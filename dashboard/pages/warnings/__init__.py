"""`/warnings`: what waits for a person, what was said to the public, and what others warn of."""
