"""What is counted for the evaluation (考核): from the history of each case to the counts of each unit. Pure."""
