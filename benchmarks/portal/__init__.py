"""What the portal stands: reports, reads, and the size of a page."""
