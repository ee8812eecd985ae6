"""Files of strangers, read into tables: formats, encodings, archives, cells."""
