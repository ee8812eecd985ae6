-- name: claim_key
-- Take a key for a request that is about to be worked on. Another transaction that works under the same key is waited
-- for; no row when the key was taken.
INSERT INTO idempotency_key (user_name, key_digest, body_digest, at)
VALUES (%(user_name)s, %(key)s, %(body)s, %(now)s)
ON CONFLICT DO NOTHING
RETURNING true

-- name: withdraw_key
-- Take a key for good, so that a request that still is under way is refused when it arrives.
INSERT INTO idempotency_key (user_name, key_digest, at) VALUES (%(user_name)s, %(key)s, %(now)s) ON CONFLICT DO NOTHING

-- name: keep_answer
-- Remember what the request of a claimed key was answered with.
UPDATE idempotency_key SET answer = %(answer)s::jsonb WHERE user_name = %(user_name)s AND key_digest = %(key)s

-- name: find_key
-- What became of the request of a key.
SELECT body_digest, answer FROM idempotency_key WHERE user_name = %(user_name)s AND key_digest = %(key)s

-- name: forget_keys
-- Forget keys that nobody will send again, and of each account all but the newest.
DELETE FROM idempotency_key
WHERE at < %(before)s
   OR (user_name, key_digest) IN (
       SELECT user_name, key_digest
       FROM (SELECT user_name, key_digest, row_number() OVER (PARTITION BY user_name ORDER BY at DESC) AS place
             FROM idempotency_key) AS placed
       WHERE place > %(most)s)
