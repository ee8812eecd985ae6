"""Figures about people that tell nothing about any one of them: exact noise within a budget, small areas merged."""
