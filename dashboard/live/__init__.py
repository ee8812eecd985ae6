"""From the database to every screen as soon as something changes: one snapshot a process, differences to each."""
