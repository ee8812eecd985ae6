"""What really happened, and how well alerts told it."""
