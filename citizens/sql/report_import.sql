-- name: known_references
-- Which reports of another channel are here already.
SELECT reference FROM citizen_report WHERE sender = %(sender)s AND reference = ANY (%(references)s)
