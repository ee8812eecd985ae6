"""The pages that people read: made on the server, complete without a script."""
