"""Scores of a month in the database: what each case counts as, the runs, and what a page shows of them."""
