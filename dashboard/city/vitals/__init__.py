"""City vital signs: their weights, the model, and the rows that screens show."""
