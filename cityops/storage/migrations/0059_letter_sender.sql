-- Who sends what cannot be stored, so that one device cannot fill the disk with it.

-- The sensor that the topic names, '' where it names none.
ALTER TABLE dead_letter ADD COLUMN sender text NOT NULL DEFAULT '';
UPDATE dead_letter SET sender = split_part(topic, '/', 4)
WHERE topic ~ '^cityops/[^/]*/[^/]*/[A-Za-z0-9._-]{1,64}(/|$)';

-- What a letter takes, about: payload, topic, and its row with field, reason and indexes.
CREATE FUNCTION letter_bytes(topic text, payload bytea) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 300::bigint + octet_length(payload) + octet_length(topic)
$$;

-- What makes two letters the same. Databases of ours are in UTF-8: the conversion never changes.
CREATE FUNCTION letter_digest(topic text, payload bytea) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(payload || convert_to(topic, 'UTF8'))
$$;
-- Serves: whether what a broker repeats (retained) is among the letters already.
CREATE INDEX dead_letter_digest ON dead_letter (letter_digest(topic, payload));

-- One row for each sender of letters; the row '' is for topics that name no sensor, and for senders that are not
-- registered and of whom nothing is kept.
CREATE TABLE letter_sender (
    sensor_id   text PRIMARY KEY, -- no foreign key: who sends need not be registered
    kept        bigint NOT NULL DEFAULT 0, -- letters kept whole, in all
    counted     bigint NOT NULL DEFAULT 0, -- letters beyond the allowance: only counted
    bytes       bigint NOT NULL DEFAULT 0, -- what its letters take now, see letter_bytes
    spent       double precision NOT NULL DEFAULT 0, -- of the hour's allowance, at the moment spent_at
    spent_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL, -- arrival of the newest letter
    last_field  text NOT NULL,
    last_reason text NOT NULL
);
INSERT INTO letter_sender (sensor_id, kept, bytes, spent_at, last_at, last_field, last_reason)
SELECT sender, count(*), sum(letter_bytes(topic, payload)), max(received_at), max(received_at),
       (array_agg(field ORDER BY dead_letter_id DESC))[1], (array_agg(reason ORDER BY dead_letter_id DESC))[1]
FROM dead_letter GROUP BY sender;
