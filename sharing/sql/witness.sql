-- name: lock_witness
-- One request of a city at a time.
SELECT pg_advisory_xact_lock(hashtextextended('cityops witness ' || %(asked_by)s, 0))

-- name: newest_witnessed
-- How far the chain of another city went when it last asked.
SELECT max(seq) FROM witnessed_anchor WHERE asked_by = %(asked_by)s

-- name: find_witnessed
-- What was seen of a link of another city's chain.
SELECT hash, seen_at FROM witnessed_anchor WHERE asked_by = %(asked_by)s AND seq = %(seq)s

-- name: store_witnessed
-- What is seen now.
INSERT INTO witnessed_anchor (asked_by, seq, hash, seen_at) VALUES (%(asked_by)s, %(seq)s, %(hash)s, %(now)s)
