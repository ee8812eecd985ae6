"""What citizens tell the city and what becomes of it: reports, who sent them, what of it is public."""
