"""The verbs that belong to no room: the database, accounts, and the demo that starts all rooms."""
