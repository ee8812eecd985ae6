-- name: write_dead_letters
-- Keep messages with their reasons, in order.
INSERT INTO dead_letter (received_at, topic, payload, field, reason, sender)
SELECT received_at, topic, payload, field, reason, sender
FROM unnest(%(received)s::timestamptz[], %(topics)s::text[], %(payloads)s::bytea[], %(fields)s::text[],
            %(reasons)s::text[], %(senders)s::text[])
     WITH ORDINALITY AS letter (received_at, topic, payload, field, reason, sender, position)
ORDER BY position

-- name: dead_letter_frame
-- The newest dead letters.
SELECT dead_letter_id, received_at, topic, substring(payload FOR 200) AS payload, field, reason, replayed_at
FROM dead_letter ORDER BY received_at DESC, dead_letter_id DESC LIMIT %(limit)s

-- name: count_dead_letters
-- How many since a moment.
SELECT count(*) FROM dead_letter WHERE received_at >= %(since)s

-- name: waiting_letters
-- What these sensors said before they were registered, oldest first.
SELECT dead_letter_id, received_at, topic, payload, field, reason FROM dead_letter
WHERE replayed_at IS NULL AND field = 'topic.sensor' AND split_part(topic, '/', 4) = ANY (%(sensors)s)
ORDER BY dead_letter_id LIMIT %(limit)s

-- name: open_letters
-- The next letters that were not replayed, oldest first; empty texts select every field and sensor.
SELECT dead_letter_id, received_at, topic, payload, field, reason FROM dead_letter
WHERE replayed_at IS NULL AND dead_letter_id > %(after)s AND dead_letter_id <= %(until)s
  AND %(field)s IN ('', field) AND %(sensor)s IN ('', split_part(topic, '/', 4))
ORDER BY dead_letter_id LIMIT %(limit)s

-- name: ask_replay
-- Ask ingest to process the letters with this field at fault once more.
UPDATE dead_letter SET replay_asked_at = %(now)s WHERE replayed_at IS NULL AND field = %(field)s

-- name: take_asked_letters
-- What ingest was asked to process once more. Of two workers each takes its own.
UPDATE dead_letter SET replay_asked_at = NULL
WHERE dead_letter_id IN (
    SELECT dead_letter_id FROM dead_letter WHERE replay_asked_at IS NOT NULL AND replayed_at IS NULL
    ORDER BY dead_letter_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING dead_letter_id, received_at, topic, payload, field, reason

-- name: newest_letter
-- How far the letters go at present.
SELECT coalesce(max(dead_letter_id), 0) FROM dead_letter

-- name: mark_replayed
-- These were processed again; what still could not be stored is a new letter.
UPDATE dead_letter SET replayed_at = %(now)s WHERE dead_letter_id = ANY (%(letters)s)

-- name: letter
-- One letter, whole.
SELECT dead_letter_id, received_at, topic, payload, field, reason, replayed_at FROM dead_letter
WHERE dead_letter_id = %(letter)s

-- name: letter_groups
-- What is wrong with the letters that were not replayed, the most frequent first.
SELECT field, count(*) AS count, min(received_at) AS oldest, max(received_at) AS newest,
       max(dead_letter_id) AS newest_id, (array_agg(reason ORDER BY dead_letter_id DESC))[1] AS newest_reason,
       bool_or(replay_asked_at IS NOT NULL) AS asked
FROM dead_letter WHERE replayed_at IS NULL GROUP BY field ORDER BY count DESC, field
