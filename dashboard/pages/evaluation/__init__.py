"""`/evaluation`: how well a month was worked, by whom, and the cases behind each number."""
