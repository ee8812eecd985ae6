-- name: record_audit
-- One row of what happened. A trigger makes its link at the commit.
INSERT INTO audit_log (at, actor, action, object, success, origin, detail)
VALUES (%(at)s, %(actor)s, %(action)s, %(object)s, %(success)s, %(origin)s, %(detail)s)

-- name: steady_view
-- What follows in this transaction sees one moment of the database.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ

-- name: audit_chain
-- The whole chain beside its rows; rows without a link come last.
SELECT source, row_id, link.seq, link.previous, link.hash, audit_row.fields
FROM audit_link AS link FULL JOIN audit_row USING (source, row_id)
ORDER BY link.seq NULLS LAST, source, row_id

-- name: audit_head
-- Where the chain ends now.
SELECT seq, hash FROM audit_head

-- name: audit_hash_at
-- The hash of one link.
SELECT hash FROM audit_link WHERE seq = %(seq)s

-- name: audit_page
-- The newest rows that fit, or those below a number; an empty wish fits all. Texts begin with what is asked for.
SELECT audit_id, at, actor, action, object, success, origin, detail::text AS detail FROM audit_log
WHERE starts_with(actor, %(actor)s) AND starts_with(action, %(action)s) AND starts_with(object, %(object)s)
  AND at >= %(since)s AND (%(below)s::bigint IS NULL OR audit_id < %(below)s)
ORDER BY audit_id DESC LIMIT %(most)s
