"""The running of the product in the database: signs of life, failing jobs, keys, scenarios."""
