"""What questions of the store, its roll-ups and writes cost."""
