"""What acts, lists and scores of a million cases cost."""
