"""Its devices: which kinds, where they stand, when they report, by which model."""
