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
       decided_by, decided_at, reason, token_by, token_at,
       jsonb_object_agg(data_set, to_jsonb(fields)) AS fields
FROM share_request JOIN share_request_set USING (share_request_id)
WHERE (%(number)s IS NULL OR share_request_id = %(number)s)
  AND (%(department)s IS NULL OR department = %(department)s)
  AND (%(provider)s IS NULL OR provider = %(provider)s)
GROUP BY share_request_id ORDER BY share_request_id DESC LIMIT %(most)s

-- name: decide_share_request
-- What was decided of a request that waited. No row: it does not wait any more.
UPDATE share_request SET state = %(state)s, decided_by = %(actor)s, decided_at = %(now)s, reason = %(reason)s
WHERE share_request_id = %(number)s AND state = 'asked' RETURNING share_request_id

-- name: withdraw_share_request
-- A department takes back what it asked for.
UPDATE share_request SET state = 'withdrawn', decided_by = 'department', decided_at = %(now)s
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
-- Who read what in a span, by department, set and way.
SELECT department, provider, data_set, count(*) AS reads, sum(rows)::bigint AS rows, max(at) AS last_at,
       count(*) FILTER (WHERE way = 'push') AS pushes
FROM share_read JOIN share_request USING (share_request_id)
WHERE at >= %(start)s AND at < %(end)s
GROUP BY department, provider, data_set ORDER BY department, data_set

-- name: share_reads
-- The reads of a set by a department in a span, the newest first, before one of them.
SELECT share_read_id AS number, at, share_request_id AS request, purpose, way, rows, fields, origin
FROM share_read JOIN share_request USING (share_request_id)
WHERE at >= %(start)s AND at < %(end)s AND department = %(department)s AND data_set = %(data_set)s
  AND (%(before)s IS NULL OR share_read_id < %(before)s)
ORDER BY share_read_id DESC LIMIT %(most)s

-- name: first_share_read
-- When the first read was.
SELECT min(at) FROM share_read

-- name: share_area
-- Whether there is such an area.
SELECT EXISTS (SELECT FROM area WHERE code = %(code)s)

-- name: is_share_token
-- Whether a token is in force.
SELECT EXISTS (SELECT FROM share_request WHERE token_hash = %(token_hash)s AND state = 'granted' AND expires_at > now())
