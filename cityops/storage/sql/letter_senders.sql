-- name: known_letters
-- Which of these letters are stored already, by their places in the arrays.
SELECT (position - 1)::integer AS position
FROM unnest(%(topics)s::text[], %(payloads)s::bytea[], %(fields)s::text[])
     WITH ORDINALITY AS told (topic, payload, field, position)
WHERE EXISTS (SELECT FROM dead_letter AS known
              WHERE letter_digest(known.topic, known.payload) = letter_digest(told.topic, told.payload)
                AND known.field = told.field)

-- name: lock_senders
-- What these senders have spent of their allowance. In order, so that two workers cannot wait for each other.
SELECT sensor_id, spent, spent_at FROM letter_sender WHERE sensor_id = ANY (%(senders)s) ORDER BY sensor_id FOR UPDATE

-- name: letters_size
-- How many bytes all letters take, about.
SELECT coalesce(sum(bytes), 0)::bigint FROM letter_sender

-- name: note_senders
-- What a batch adds to its senders. In order, so that two workers cannot wait for each other.
INSERT INTO letter_sender AS known (sensor_id, kept, counted, bytes, spent, spent_at, last_at, last_field, last_reason)
SELECT sensor_id, kept, counted, bytes, spent, %(now)s, %(now)s, field, reason
FROM unnest(%(senders)s::text[], %(kept)s::bigint[], %(counted)s::bigint[], %(bytes)s::bigint[],
            %(spent)s::double precision[], %(fields)s::text[], %(reasons)s::text[])
     AS told (sensor_id, kept, counted, bytes, spent, field, reason)
ORDER BY sensor_id
ON CONFLICT (sensor_id) DO UPDATE
SET kept = known.kept + EXCLUDED.kept, counted = known.counted + EXCLUDED.counted,
    bytes = known.bytes + EXCLUDED.bytes, spent = EXCLUDED.spent, spent_at = EXCLUDED.spent_at,
    last_at = EXCLUDED.last_at, last_field = EXCLUDED.last_field, last_reason = EXCLUDED.last_reason

-- name: worst_senders
-- Who sends what cannot be stored, the most first, and who is blocked.
SELECT coalesce(letter_sender.sensor_id, blocked_sensor.sensor_id) AS sensor_id, sensor.name,
       coalesce(kept, 0) AS kept, coalesce(counted, 0) AS counted, coalesce(bytes, 0) AS bytes,
       last_at, last_field, last_reason, blocked_by, blocked_at, blocked_sensor.reason AS blocked_reason,
       coalesce(refused, 0) AS refused
FROM letter_sender FULL JOIN blocked_sensor USING (sensor_id)
     LEFT JOIN sensor ON sensor.sensor_id = coalesce(letter_sender.sensor_id, blocked_sensor.sensor_id)
WHERE kept > 0 OR counted > 0 OR blocked_by IS NOT NULL
ORDER BY coalesce(kept, 0) + coalesce(counted, 0) DESC, 1 LIMIT %(limit)s

-- name: forget_letters
-- A step of forgetting the oldest letters, or only those that came before a moment; how many there were.
WITH gone AS (
    DELETE FROM dead_letter WHERE dead_letter_id IN (
        SELECT dead_letter_id FROM dead_letter
        WHERE %(before)s::timestamptz IS NULL OR received_at < %(before)s
        ORDER BY received_at, dead_letter_id LIMIT %(step)s)
    RETURNING sender, letter_bytes(topic, payload) AS bytes
), freed AS (
    UPDATE letter_sender SET bytes = greatest(0, letter_sender.bytes - of_sender.bytes)
    FROM (SELECT sender, sum(bytes)::bigint AS bytes FROM gone GROUP BY sender) AS of_sender
    WHERE letter_sender.sensor_id = of_sender.sender
)
SELECT count(*) FROM gone

-- name: no_letters_left
-- Where no letter is, none takes anything: for letters that were removed by hand.
UPDATE letter_sender SET bytes = 0 WHERE bytes > 0 AND NOT EXISTS (SELECT FROM dead_letter)

-- name: forget_senders
-- Forget senders of whom nothing came for long.
DELETE FROM letter_sender WHERE last_at < %(before)s AND bytes = 0
