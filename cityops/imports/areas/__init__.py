"""From a table to administrative areas, and where each stands in the tree."""
