-- name: public_warnings
-- What stands, and what was said in the last two days, the newest first. Exercises are shown by a demo only.
SELECT identifier, issuer, sent, status, act, severity, expires, texts, is_replaced FROM portal.public_warning
WHERE (status = 'Actual' OR %(is_demo)s) AND (expires > %(now)s OR sent > %(since)s)
ORDER BY sent DESC, identifier DESC LIMIT %(most)s

-- name: public_warning
-- One message as it was signed.
SELECT content FROM portal.public_warning
WHERE identifier = %(identifier)s AND (status = 'Actual' OR %(is_demo)s)
