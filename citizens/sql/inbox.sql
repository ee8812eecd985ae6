-- name: take_report
-- Store a report, unless it is there already.
SELECT number, is_new, received_at
FROM portal.take_report(%(code_hash)s, %(channel)s, %(kind)s, %(category)s, %(longitude)s, %(latitude)s, %(address)s,
                        %(said)s, %(wants_call)s, %(confidential)s, %(sealed)s, %(sender)s, %(device)s, %(reference)s,
                        %(received_at)s)

-- name: add_photo
-- Add a photograph to a report; whether it is there now.
SELECT portal.add_photo(%(number)s, %(code_hash)s, %(place)s, %(sha256)s, %(kind)s, %(content)s)

-- name: own_report
-- What became of a report, for who has its code.
SELECT * FROM portal.own_report(%(number)s, %(code_hash)s)

-- name: own_notes
-- What was done about it and when, for who has its code.
SELECT at, act FROM portal.own_notes(%(number)s, %(code_hash)s)
