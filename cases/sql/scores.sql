-- name: cases_of_month
-- The cases that may count in [start, end): those that were open in it, and those that were due in it.
SELECT case_id, source, snapshot FROM city_case
WHERE reported_at < %(end)s AND (ended_at IS NULL OR ended_at >= %(start)s)
   OR due_at >= %(start)s AND due_at < %(end)s
ORDER BY case_id

-- name: events_of_cases
-- Everything that was done with some cases, in order.
SELECT case_id, at, act, actor, post, department, reason, data
FROM case_event WHERE case_id = ANY (%(cases)s) ORDER BY case_id, seq

-- name: lock_month
-- Of two runs of a month at once the second waits.
SELECT pg_advisory_xact_lock(hashtext('cityops case score ' || %(month)s))

-- name: run_of_month
-- The run of a month that counts.
SELECT score_run_id, month, counts_until, made_at, made_by, is_final
FROM score_run WHERE month = %(month)s ORDER BY score_run_id DESC LIMIT 1

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
SELECT %(run)s, part.scores, part.unit, part.count,
       ARRAY(SELECT jsonb_array_elements_text(part.cases)::bigint)
FROM jsonb_to_recordset(%(rows)s::jsonb) AS part (scores text, unit text, count text, cases jsonb)

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

-- name: cases_of_count
-- The cases behind a number.
SELECT cases FROM score_count
WHERE score_run_id = %(run)s AND scores = %(scores)s AND unit = %(unit)s AND count = %(count)s
