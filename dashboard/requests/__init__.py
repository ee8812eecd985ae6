"""What a request may say, checked before anything acts on it; and the names and cells of files that leave."""
