"""From the database to every screen, once a second: one snapshot a process, differences to each screen."""
