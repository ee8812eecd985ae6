"""What the city gives to others: its data sets and their grades, files, figures without persons, and proof."""
