-- name: open_proposals
-- What waits, and what was approved and is to go out.
SELECT proposal_id, warning_id, act, severity, areas, texts, state, decided_by, reason
FROM cap_proposal WHERE state IN ('waiting', 'approved')
FOR UPDATE

-- name: propose_warning
-- Ask a person.
INSERT INTO cap_proposal (warning_id, act, severity, areas, texts, made_at, state)
VALUES (%(warning_id)s, %(act)s, %(severity)s, %(areas)s, %(texts)s, %(now)s, 'waiting')
RETURNING proposal_id

-- name: withdraw_proposal
-- It is no longer so.
UPDATE cap_proposal SET state = 'withdrawn', decided_at = %(now)s
WHERE proposal_id = %(proposal_id)s AND state IN ('waiting', 'approved')

-- name: proposal_issued
-- It went out.
UPDATE cap_proposal SET state = 'issued' WHERE proposal_id = %(proposal_id)s

-- name: listed_proposals
-- What waits first, then what became of the others, the newest first.
SELECT proposal.proposal_id, proposal.warning_id, warning.event, warning.area_code, proposal.act, proposal.severity,
       proposal.areas, proposal.texts, proposal.made_at, proposal.state, proposal.decided_by, proposal.decided_at,
       proposal.reason
FROM cap_proposal AS proposal JOIN cap_warning AS warning USING (warning_id)
ORDER BY proposal.state NOT IN ('waiting', 'approved'), proposal.proposal_id DESC LIMIT %(most)s

-- name: decide_proposal
-- A person says yes or no, once; nothing where somebody or time was first.
UPDATE cap_proposal SET state = %(state)s, decided_by = %(actor)s, decided_at = %(now)s, reason = %(reason)s
WHERE proposal_id = %(proposal_id)s AND state = 'waiting'
RETURNING warning_id, act, severity, areas

-- name: note_declined
-- What a person did not want out is not asked again, unless it becomes more.
UPDATE cap_warning SET declined_severity = %(severity)s, declined_areas = %(areas)s WHERE warning_id = %(warning_id)s

-- name: withdraw_waiting
-- Something else is to be said.
UPDATE cap_proposal SET state = 'withdrawn', decided_at = %(now)s
WHERE warning_id = %(warning_id)s AND state IN ('waiting', 'approved')

-- name: order_cancel
-- A person revokes what stands; whoever holds the key says so. Nothing where it stands no more.
INSERT INTO cap_proposal (warning_id, act, severity, areas, texts, made_at, state, decided_by, decided_at, reason)
SELECT message.warning_id, 'Cancel', message.severity, message.areas, '{}', %(now)s, 'approved', %(actor)s, %(now)s,
       %(reason)s
FROM cap_message AS message JOIN cap_warning AS warning USING (warning_id)
WHERE message.message_id = %(message_id)s AND message.replaced_at IS NULL AND message.expires > %(now)s
  AND message.act NOT IN ('Cancel', 'AllClear')
RETURNING warning_id, severity, areas

-- name: standing_message
-- A message that stands, and that nothing else is being said about.
SELECT message.warning_id, message.identifier
FROM cap_message AS message JOIN cap_warning AS warning USING (warning_id)
WHERE message.message_id = %(message_id)s AND message.replaced_at IS NULL AND message.expires > %(now)s
  AND message.act NOT IN ('Cancel', 'AllClear')
FOR UPDATE OF warning
