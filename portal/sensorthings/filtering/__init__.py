"""From the text of a filter to a condition: its tree, what its parts are, and the pieces of SQL that they become."""
