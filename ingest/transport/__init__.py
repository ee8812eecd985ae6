"""The broker's side of ingest: one connection, a persistent session, acknowledgements after the commit."""
