"""Pages for one's own account and for administrators: plain HTML, no script needed."""
