-- name: shareable_sets
-- The sets that a department can ask for: somebody decided on them, they are shared, and a source has them.
SELECT data_set.name, subject, title_zh, title_en, notes_zh, notes_en, provider, share_type, share_condition, personal
FROM data_set
WHERE decided_at IS NOT NULL AND share_type <> 'none' AND provider <> ''
  AND subject IN (SELECT subject FROM share_source.field)
ORDER BY provider, subject, data_set.name

-- name: share_fields
-- The fields of each subject, in order; `mask`: what stands in place of one that tells of persons.
SELECT subject, field, mask FROM share_source.field ORDER BY subject, place

-- name: store_share_request
-- What a department asks for.
INSERT INTO share_request (department, provider, purpose, in_area, expires_at, asked_by, asked_at)
VALUES (%(department)s, %(provider)s, %(purpose)s, %(area)s, %(expires_at)s, %(actor)s, %(now)s)
RETURNING share_request_id

-- name: store_share_request_set
-- One set of it.
INSERT INTO share_request_set (share_request_id, data_set, fields) VALUES (%(number)s, %(data_set)s, %(fields)s)

-- name: share_requests
-- Requests with their sets, the newest first: of a department, to a provider, or one of them.
SELECT share_request_id AS number, department, provider, purpose, in_area, expires_at, state, asked_by, asked_at,
       decided_by, decided_at, reason, stood_in, token_by, token_at,
       jsonb_object_agg(data_set, to_jsonb(fields)) AS fields
FROM share_request JOIN share_request_set USING (share_request_id)
WHERE (%(number)s IS NULL OR share_request_id = %(number)s)
  AND (%(department)s IS NULL OR department = %(department)s)
  AND (%(provider)s IS NULL OR provider = %(provider)s)
GROUP BY share_request_id ORDER BY share_request_id DESC LIMIT %(most)s

-- name: headless_share_requests
-- Requests that wait for a provider that nobody leads who may decide about them.
SELECT share_request_id AS number FROM share_request
WHERE state = 'asked'
  AND NOT EXISTS (SELECT FROM case_post JOIN app_user USING (user_name)
                  WHERE post = 'head' AND case_post.department = provider AND NOT disabled AND user_name <> asked_by)

-- name: decide_share_request
-- What was decided of a request that waited. No row: it does not wait any more.
UPDATE share_request
SET state = %(state)s, decided_by = %(actor)s, decided_at = %(now)s, reason = %(reason)s, stood_in = %(stands_in)s
WHERE share_request_id = %(number)s AND state = 'asked' RETURNING share_request_id

-- name: withdraw_share_request
-- A department takes back what it asked for.
UPDATE share_request SET state = 'withdrawn', decided_by = '(department)', decided_at = %(now)s
WHERE share_request_id = %(number)s AND state = 'asked' RETURNING share_request_id

-- name: revoke_share_request
-- A grant ends before its time; its token opens nothing from now on.
UPDATE share_request SET state = 'revoked', reason = %(reason)s
WHERE share_request_id = %(number)s AND state = 'granted' RETURNING share_request_id

-- name: store_share_token
-- The token of a grant; one that it had opens nothing from now on.
UPDATE share_request SET token_hash = %(token_hash)s, token_by = %(actor)s, token_at = %(now)s
WHERE share_request_id = %(number)s AND state = 'granted' AND expires_at > %(now)s RETURNING share_request_id

-- name: enter_shared
-- The rest of this transaction may do what departments may: call the doors of `shared`. Where the server has no such
-- role, these doors decide the same.
SELECT set_config('role', 'cityops_shared', true) FROM pg_roles
WHERE rolname = 'cityops_shared' AND pg_has_role(oid, 'MEMBER') AND has_schema_privilege(oid, 'shared', 'USAGE')

-- name: read_shared
-- A page of a set by a token, counted.
SELECT shared.read(%(token_hash)s, %(data_set)s, %(after)s, %(start)s, %(limit)s, %(origin)s) AS page

-- name: tell_shared
-- What a token opens.
SELECT department, purpose, in_area, expires_at, data_set, title_zh, title_en, fields FROM shared.tell(%(token_hash)s)

-- name: share_usage
-- Who read what in a month, by department and set: from the reads that are kept, and from the counts of days before.
SELECT department, provider, data_set, sum(reads)::bigint AS reads, sum(used.rows)::bigint AS rows,
       max(last_at) AS last_at, sum(pushes)::bigint AS pushes
FROM (SELECT share_request_id, data_set, 1 AS reads, (way = 'push')::integer AS pushes, rows, at AS last_at
      FROM share_read WHERE at >= %(start)s AND at < %(end)s
      UNION ALL
      SELECT share_request_id, data_set, reads, pushes, rows, last_at
      FROM share_read_day WHERE day >= %(first)s AND day < %(next)s) AS used
JOIN share_request USING (share_request_id)
GROUP BY department, provider, data_set ORDER BY department, data_set

-- name: share_read_days
-- The days of a month of whose reads of a set by a department only counts are left, the newest first.
SELECT day, share_request_id AS request, purpose, reads, pushes, rows, last_at
FROM share_read_day JOIN share_request USING (share_request_id)
WHERE day >= %(first)s AND day < %(next)s AND department = %(department)s AND data_set = %(data_set)s
ORDER BY day DESC, share_request_id DESC

-- name: forget_share_reads
-- The day whose reads were counted and let go; none when there is no more to do.
SELECT forget_share_reads(%(before)s, %(zone)s)

-- name: share_reads
-- The reads of a set by a department in a span, the newest first, before one of them.
SELECT share_read_id AS number, at, share_request_id AS request, purpose, way, rows, fields, origin
FROM share_read JOIN share_request USING (share_request_id)
WHERE at >= %(start)s AND at < %(end)s AND department = %(department)s AND data_set = %(data_set)s
  AND (%(before)s IS NULL OR share_read_id < %(before)s)
ORDER BY share_read_id DESC LIMIT %(most)s

-- name: first_share_read
-- On which day of the city the first read was.
SELECT least((SELECT (min(at) AT TIME ZONE %(zone)s)::date FROM share_read), (SELECT min(day) FROM share_read_day))

-- name: forget_share_late
-- Old notes of what came late, never the newest one: by it a reader sees that they are behind.
DELETE FROM share_late
WHERE share_late_id <= (SELECT max(share_late_id) FROM share_late WHERE noted_at < %(before)s)
  AND share_late_id < (SELECT max(share_late_id) FROM share_late)

-- name: share_area
-- Whether there is such an area.
SELECT EXISTS (SELECT FROM area WHERE code = %(code)s)

-- name: is_share_token
-- Whether a token is in force.
SELECT EXISTS (SELECT FROM share_request WHERE token_hash = %(token_hash)s AND state = 'granted' AND expires_at > now())

-- name: make_share_webhook
-- A receiver of what is new from now on, of a grant that is in force. No row: there is one, or no such set.
INSERT INTO share_webhook (share_request_id, data_set, url, sealed, sealed_for, next_key, made_by, made_at)
SELECT request.share_request_id, one.name, %(url)s, %(sealed)s, %(sealed_for)s,
       CASE WHEN subject IN ('readings', 'hours')
            THEN (extract(epoch FROM clock_timestamp()) * 1000000)::bigint || '-0'
            WHEN subject IN ('alerts', 'cases') THEN (SELECT seq FROM audit_head)::text ELSE '' END,
       %(actor)s, %(now)s
FROM share_request AS request JOIN share_request_set AS held USING (share_request_id)
JOIN data_set AS one ON one.name = held.data_set
WHERE share_request_id = %(number)s AND one.name = %(data_set)s AND subject <> 'areas'
  AND share_source.is_given(request, one)
ON CONFLICT (share_request_id, data_set) WHERE ended_at IS NULL DO NOTHING
RETURNING share_webhook_id

-- name: end_share_webhook
-- Nothing more is sent to a receiver.
UPDATE share_webhook SET ended_at = %(now)s WHERE share_webhook_id = %(webhook)s AND ended_at IS NULL
RETURNING share_request_id

-- name: end_lost_share_webhooks
-- Receivers whose grant is over.
UPDATE share_webhook SET ended_at = %(now)s FROM share_request AS request
WHERE request.share_request_id = share_webhook.share_request_id AND share_webhook.ended_at IS NULL
  AND (state <> 'granted' OR expires_at <= %(now)s)

-- name: drop_share_deliveries
-- What waits for, or died at, a receiver that has ended is not kept.
UPDATE share_delivery SET state = 'dropped', body = NULL, settled_at = %(now)s
FROM share_webhook AS hook
WHERE hook.share_webhook_id = share_delivery.share_webhook_id AND hook.ended_at IS NOT NULL
  AND share_delivery.state IN ('waiting', 'dead')

-- name: forget_share_deliveries
-- What was settled long ago.
DELETE FROM share_delivery WHERE state <> 'waiting' AND settled_at < %(before)s

-- name: share_webhooks_due
-- Receivers that wait for nothing, and whose dead letters are not too many.
SELECT share_webhook_id AS webhook FROM share_webhook AS hook
WHERE ended_at IS NULL
  AND NOT EXISTS (SELECT FROM share_delivery AS waits
                  WHERE waits.share_webhook_id = hook.share_webhook_id AND waits.state = 'waiting')
  AND (SELECT count(*) FROM share_delivery AS died
       WHERE died.share_webhook_id = hook.share_webhook_id AND died.state = 'dead') < %(most_dead)s
ORDER BY share_webhook_id

-- name: share_news
-- What is new for a receiver, counted; from now on it is not new.
SELECT shared.news(%(webhook)s, %(limit)s) AS page

-- name: share_webhook_set
-- Of which set a receiver gets rows.
SELECT data_set FROM share_webhook WHERE share_webhook_id = %(webhook)s

-- name: store_share_delivery
-- What is to be sent.
INSERT INTO share_delivery (share_webhook_id, message_id, body, rows, made_at, due_at)
VALUES (%(webhook)s, 'share-' || gen_random_uuid(), %(body)s, %(rows)s, %(now)s, %(now)s)

-- name: claim_share_delivery
-- Takes the delivery that is due and was tried least, one of a receiver at a time, as long as it is still shared.
UPDATE share_delivery SET claimed_at = %(now)s, attempts = attempts + 1
FROM (
    SELECT due.share_delivery_id AS number, hook.url, hook.secret, hook.sealed
    FROM share_webhook AS hook
    JOIN share_delivery AS due USING (share_webhook_id)
    JOIN share_request AS request USING (share_request_id)
    JOIN data_set AS one ON one.name = hook.data_set
    WHERE hook.ended_at IS NULL AND due.state = 'waiting' AND due.due_at <= %(now)s
      AND share_source.is_given(request, one)
      AND NOT EXISTS (SELECT FROM share_delivery AS other
                      WHERE other.share_webhook_id = hook.share_webhook_id AND other.state = 'waiting'
                        AND other.claimed_at > %(claim_over)s)
    ORDER BY due.attempts, due.due_at LIMIT 1 FOR UPDATE OF hook SKIP LOCKED
) AS chosen
WHERE share_delivery_id = chosen.number AND state = 'waiting' AND (claimed_at IS NULL OR claimed_at <= %(claim_over)s)
RETURNING share_delivery_id AS delivery, share_webhook_id AS webhook, message_id, body, attempts, chosen.url,
          chosen.secret, chosen.sealed

-- name: share_secrets_to_seal
-- The secrets that are not under the seal of the key in use.
SELECT share_webhook_id AS webhook, secret, sealed FROM share_webhook
WHERE sealed_for IS DISTINCT FROM %(sealed_for)s ORDER BY share_webhook_id LIMIT %(most)s FOR UPDATE SKIP LOCKED

-- name: seal_share_secret
-- A secret under the seal of the key in use, and nowhere else.
UPDATE share_webhook SET secret = NULL, sealed = %(sealed)s, sealed_for = %(sealed_for)s
WHERE share_webhook_id = %(webhook)s

-- name: settle_share_delivery
-- What became of a delivery that was claimed at a moment.
UPDATE share_delivery
SET state = %(state)s, words = %(words)s, claimed_at = NULL, due_at = %(due_at)s,
    settled_at = CASE WHEN %(state)s <> 'waiting' THEN %(now)s END,
    body = CASE WHEN %(state)s = 'sent' THEN NULL ELSE body END
WHERE share_delivery_id = %(delivery)s AND state = 'waiting' AND claimed_at = %(claimed_at)s

-- name: send_share_delivery_again
-- A delivery that died is due now, as if it had never been tried.
UPDATE share_delivery SET state = 'waiting', due_at = %(now)s, attempts = 0, settled_at = NULL
FROM share_webhook AS hook
WHERE share_delivery_id = %(delivery)s AND state = 'dead' AND hook.share_webhook_id = share_delivery.share_webhook_id
  AND hook.share_webhook_id = %(webhook)s
RETURNING share_request_id

-- name: share_webhooks
-- The receivers of a department, with what waits and what died.
SELECT hook.share_webhook_id AS number, share_request_id AS request, hook.data_set, hook.url, hook.made_by, hook.made_at,
       count(*) FILTER (WHERE delivery.state = 'waiting') AS waiting,
       count(*) FILTER (WHERE delivery.state = 'dead') AS dead,
       max(settled_at) FILTER (WHERE delivery.state = 'sent') AS sent_at
FROM share_webhook AS hook JOIN share_request USING (share_request_id)
LEFT JOIN share_delivery AS delivery USING (share_webhook_id)
WHERE department = %(department)s AND ended_at IS NULL
GROUP BY hook.share_webhook_id ORDER BY hook.share_webhook_id

-- name: share_deliveries
-- The deliveries of a receiver, those that died first, then the newest.
SELECT share_delivery_id AS number, convert_from(body, 'UTF8') AS body, rows, made_at, state, attempts, due_at,
       settled_at, words
FROM share_delivery WHERE share_webhook_id = %(webhook)s
ORDER BY state <> 'dead', share_delivery_id DESC LIMIT %(most)s
