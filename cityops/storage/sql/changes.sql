-- name: listen
-- Hear what commits change. The channel is that of announce_changes.
LISTEN cityops_changes

-- name: announce
-- Tell whoever listens.
SELECT pg_notify('cityops_changes', %(notice)s)
