-- name: lock_handover
-- Notes and signatures take turns, so that every note is on exactly one sheet. Ends with the transaction.
SELECT pg_advisory_xact_lock(hashtext('cityops handover'))

-- name: add_note
-- An officer writes something down.
INSERT INTO shift_note (at, author, words) VALUES (%(at)s, %(author)s, %(words)s) RETURNING shift_note_id

-- name: notes_after
-- What has been written since a sheet was signed, oldest first.
SELECT shift_note_id AS note_id, at, author, words FROM shift_note
WHERE shift_note_id > %(last_note)s ORDER BY shift_note_id

-- name: shift_tally
-- What happened to alerts during a shift.
SELECT count(*) FILTER (WHERE action = 'raise') AS raised,
       count(*) FILTER (WHERE action = 'acknowledge') AS acknowledged,
       count(*) FILTER (WHERE to_state = 'NORM') AS closed
FROM alert_event WHERE at > %(since)s AND at <= %(until)s

-- name: sensor_labels
-- What a sheet calls the devices.
SELECT sensor_id, name, kind, area_code FROM sensor

-- name: latest_handover
-- The newest sheet, and who has taken it.
SELECT handover_id, handover.outgoing, signed_at, incoming, received_at
FROM handover LEFT JOIN handover_receipt USING (handover_id)
ORDER BY handover_id DESC LIMIT 1

-- name: last_taken
-- Where the present shift begins: what a sheet that nobody took said, the next one says again.
SELECT signed_at, last_note FROM handover JOIN handover_receipt USING (handover_id)
ORDER BY handover_id DESC LIMIT 1

-- name: last_note
-- Up to where notes have been written.
SELECT coalesce(max(shift_note_id), 0) FROM shift_note

-- name: sign_sheet
-- The outgoing officer signs. The fingerprint is that of the stored sheet, byte by byte as it is read again.
INSERT INTO handover (previous, outgoing, signed_at, last_note, sheet)
VALUES (%(previous)s, %(outgoing)s, %(signed_at)s, %(last_note)s, %(sheet)s)
RETURNING handover_id, encode(sha256(convert_to(sheet::text, 'UTF8')), 'hex') AS fingerprint

-- name: receive_sheet
-- The incoming officer signs.
INSERT INTO handover_receipt (handover_id, outgoing, incoming, received_at)
VALUES (%(handover_id)s, %(outgoing)s, %(incoming)s, %(received_at)s)

-- name: find_handover
-- One sheet with its signatures and its fingerprint. Who sees a part of the city sees that it is there, not what it says.
SELECT handover_id, handover.outgoing, signed_at, incoming, received_at, sheet::text AS sheet,
       encode(sha256(convert_to(sheet::text, 'UTF8')), 'hex') AS fingerprint
FROM handover LEFT JOIN handover_receipt USING (handover_id)
WHERE handover_id = %(handover_id)s AND sheet IS NOT NULL

-- name: past_handovers
-- The sheets of the last shifts, the newest first.
SELECT handover_id, handover.outgoing, signed_at, incoming, received_at,
       handover_id = max(handover_id) OVER () AS newest
FROM handover LEFT JOIN handover_receipt USING (handover_id)
ORDER BY handover_id DESC LIMIT %(limit)s
