"""Map files and what is near."""
