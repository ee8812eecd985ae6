"""Alert rules: what they say, where they are kept, when they apply."""
