"""What scene a wall shows: the one that comes by itself, and the one that somebody holds."""
