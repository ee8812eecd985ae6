-- name: cases_to_flag
-- The cases that may count in [start, end) and changed since they were flagged: open in it, or due in it. Each part has
-- its index: what is read is of the month, however many cases there are.
SELECT case_id
FROM (SELECT case_id, version FROM city_case WHERE ended_at IS NULL AND reported_at < %(end)s
      UNION SELECT case_id, version FROM city_case WHERE ended_at >= %(start)s AND reported_at < %(end)s
      UNION SELECT case_id, version FROM city_case WHERE due_at >= %(start)s AND due_at < %(end)s) AS found
WHERE NOT EXISTS (SELECT FROM case_flagged AS flagged
                  WHERE flagged.case_id = found.case_id AND flagged.version = found.version
                    AND flagged.rules = %(rules)s)
ORDER BY case_id LIMIT %(most)s

-- name: flagged_cases
-- Cases as they are flagged.
SELECT case_id, version, source, snapshot FROM city_case WHERE case_id = ANY (%(cases)s) ORDER BY case_id

-- name: forget_flags
-- Take away what some cases counted for.
DELETE FROM case_flag WHERE case_id = ANY (%(cases)s)

-- name: store_flags
-- What some cases count for.
INSERT INTO case_flag (case_id, scores, unit, at, counts)
SELECT part.case_id, part.scores, part.unit, part.at, ARRAY(SELECT jsonb_array_elements_text(part.counts))
FROM jsonb_to_recordset(%(rows)s::jsonb)
     AS part (case_id bigint, scores text, unit text, at timestamptz, counts jsonb)

-- name: note_flagged
-- At which version these cases were flagged.
INSERT INTO case_flagged (case_id, version, rules)
SELECT part.case_id, part.version, %(rules)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS part (case_id bigint, version integer)
ON CONFLICT (case_id) DO UPDATE SET version = excluded.version, rules = excluded.rules

-- name: room_to_count
-- Memory for the flags of a month: those of 100,000 cases are sorted in it.
SELECT set_config('work_mem', '256MB', true)

-- name: flags_of_month
-- What counts in [start, end), the cases that count for the same together.
SELECT scores, unit, counts, array_agg(case_id) AS cases
FROM case_flag WHERE at >= %(start)s AND at < %(end)s GROUP BY scores, unit, counts

-- name: events_of_cases
-- Everything that was done with some cases, in order.
SELECT case_id, at, act, actor, post, department, reason, data
FROM case_event WHERE case_id = ANY (%(cases)s) ORDER BY case_id, seq

-- name: lock_month
-- Of two runs of a month at once the second waits.
SELECT pg_advisory_xact_lock(hashtext('cityops case score ' || %(month)s))

-- name: lead_scores
-- Be the one that scores by the clock, until the end of the transaction.
SELECT pg_try_advisory_xact_lock(hashtext('cityops case scores'))

-- name: has_cases
-- Whether anything was reported before a moment.
SELECT EXISTS (SELECT FROM city_case WHERE reported_at < %(before)s)

-- name: run_of_month
-- The run of a month that counts.
SELECT score_run_id, month, counts_until, made_at, made_by, is_final
FROM score_run WHERE month = %(month)s ORDER BY score_run_id DESC LIMIT 1

-- name: forget_runs
-- Delete the runs made before a moment that a later one took the place of; how many.
SELECT forget_score_runs(%(before)s)

-- name: months_scored
-- Every month that was scored, the last first, and whether it is closed.
SELECT month, bool_or(is_final) AS is_final FROM score_run GROUP BY month ORDER BY month DESC

-- name: new_run
-- A run.
INSERT INTO score_run (month, counts_until, made_at, made_by, is_final)
VALUES (%(month)s, %(counts_until)s, %(now)s, %(actor)s, %(is_final)s)
RETURNING score_run_id

-- name: store_counts
-- What was counted.
INSERT INTO score_count (score_run_id, scores, unit, count, cases)
SELECT %(run)s, part.scores, part.unit, part.count, part.cases::bigint[]
FROM jsonb_to_recordset(%(rows)s::jsonb) AS part (scores text, unit text, count text, cases text)

-- name: store_indicators
-- Numerator and denominator of every indicator.
INSERT INTO score_indicator (score_run_id, formula, unit, indicator, numerator, denominator, value)
SELECT %(run)s, part.*
FROM jsonb_to_recordset(%(rows)s::jsonb)
     AS part (formula text, unit text, indicator text, numerator numeric, denominator numeric, value numeric)

-- name: store_scores
-- The points.
INSERT INTO score (score_run_id, formula, version, scores, unit, points, level, place)
SELECT %(run)s, part.*
FROM jsonb_to_recordset(%(rows)s::jsonb)
     AS part (formula text, version integer, scores text, unit text, points numeric, level text, place integer)

-- name: scores_of_run
-- The points of a run, the best first; those that cannot be said last.
SELECT formula, version, scores, unit, points, level, place FROM score
WHERE score_run_id = %(run)s ORDER BY formula, place NULLS LAST, unit

-- name: indicators_of_run
-- Numerator and denominator of every indicator of a run.
SELECT formula, unit, indicator, numerator, denominator, value FROM score_indicator
WHERE score_run_id = %(run)s ORDER BY formula, unit, indicator

-- name: scores_by_formula
-- The points of a run by one formula, the best first; those that cannot be said last.
SELECT unit, version, points::double precision AS points, level, place FROM score
WHERE score_run_id = %(run)s AND formula = %(formula)s ORDER BY place NULLS LAST, unit

-- name: indicators_by_formula
-- Numerator and denominator of every indicator of a run by one formula.
SELECT unit, indicator, numerator::double precision AS numerator, denominator::double precision AS denominator,
       value::double precision AS value
FROM score_indicator WHERE score_run_id = %(run)s AND formula = %(formula)s ORDER BY unit, indicator

-- name: counts_of_kind
-- How many cases there are behind each number of what is scored.
SELECT unit, count, cardinality(cases) AS number FROM score_count
WHERE score_run_id = %(run)s AND scores = %(scores)s ORDER BY unit, count

-- name: course_of_formula
-- The points of the last run of each of some months by one formula.
SELECT month, unit, points::double precision AS points
FROM (SELECT DISTINCT ON (month) month, score_run_id FROM score_run
      WHERE month <= %(month)s AND month > %(after)s ORDER BY month, score_run_id DESC) AS run
JOIN score USING (score_run_id)
WHERE formula = %(formula)s AND points IS NOT NULL ORDER BY month, unit

-- name: scored_cases
-- The cases behind a number, without what was said in them.
SELECT case_id, version, number, state, category, severity, area_code, '' AS address, '' AS summary, lead_department,
       reported_at, due_at, due_provisional, overdue_at, handled_at, ended_at, false AS is_mine
FROM city_case WHERE case_id = ANY (%(cases)s) ORDER BY due_at NULLS LAST, case_id LIMIT %(most)s

-- name: exclusions_waiting
-- Requests to leave a case out of the hotline's rates that nobody has decided.
SELECT case_id, city_case.number, version, lead_department, category, area_code,
       request.number AS request, asked_by, request.department, asked_at,
       (SELECT reason FROM case_event
        WHERE case_event.case_id = request.case_id AND act = 'ask_exclude' AND at = request.asked_at
        ORDER BY seq DESC LIMIT 1) AS reason
FROM case_request AS request JOIN city_case USING (case_id)
WHERE request.kind = 'exclude' AND request.granted IS NULL ORDER BY asked_at LIMIT %(most)s

-- name: exclusions_granted
-- How many cases each department has had left out in [start, end), and who decided.
SELECT lead_department AS unit, count(*) AS number, array_agg(DISTINCT decided_by ORDER BY decided_by) AS decided_by
FROM case_request AS request JOIN city_case USING (case_id)
WHERE request.kind = 'exclude' AND request.granted AND decided_at >= %(start)s AND decided_at < %(end)s
GROUP BY lead_department ORDER BY number DESC, unit

-- name: cases_of_count
-- The cases behind a number.
SELECT cases FROM score_count
WHERE score_run_id = %(run)s AND scores = %(scores)s AND unit = %(unit)s AND count = %(count)s
