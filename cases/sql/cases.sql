-- name: begin_case
-- The one statement by which a case begins: the case and its first event, both or none.
WITH begun AS (
    INSERT INTO city_case (day_code, version, state, kind, source, category, standard, severity, area_code, first_area,
                           longitude, latitude, address, description, alert_id, round, lead_department,
                           called_departments, reported_by, reported_at, due_provisional, snapshot, awaited,
                           departments)
    VALUES (%(day_code)s, %(version)s, %(state)s, %(kind)s, %(source)s, %(category)s, %(standard)s, %(severity)s,
            %(area_code)s, %(area_code)s, %(longitude)s, %(latitude)s, %(address)s, %(description)s, %(alert_id)s,
            %(round)s, '', '{}', %(reported_by)s, %(reported_at)s, false, %(snapshot)s, %(awaited)s, %(departments)s)
    RETURNING case_id
), event AS (
    INSERT INTO public.case_event (case_id, seq, at, act, from_state, to_state, actor, post, department, reason, data,
                                   origin)
    SELECT case_id, %(version)s, %(at)s, %(act)s, %(from_state)s, %(state)s, %(actor)s, %(post)s, %(department)s,
           %(reason)s, %(data)s, %(origin)s FROM begun
), alerts AS (
    INSERT INTO public.case_alert (case_id, alert_id, alert_event_id, evidence, is_open)
    SELECT begun.case_id, followed.*, true
    FROM begun CROSS JOIN jsonb_to_recordset(%(alerts)s::jsonb)
         AS followed (alert_id bigint, alert_event_id bigint, evidence text)
)
SELECT case_id FROM begun

-- name: change_case
-- The one statement by which a case changes: only as it was seen, so that of two at once one wins. The event, the tasks
-- and the requests are written with it or not at all. Those are named in `public`, because what they belong to was
-- changed through the view of the scope, and no row of them is written without that.
WITH changed AS (
    UPDATE city_case
    SET version = %(version)s, state = %(state)s, category = %(category)s, standard = %(standard)s,
        severity = %(severity)s, area_code = %(area_code)s, round = %(round)s, lead_department = %(lead_department)s,
        called_departments = %(called_departments)s, dispatched_at = %(dispatched_at)s, due_at = %(due_at)s,
        due_provisional = %(due_provisional)s, paused_until = %(paused_until)s, overdue_at = %(overdue_at)s,
        handled_at = %(handled_at)s, ended_at = %(ended_at)s, master = %(master)s, snapshot = %(snapshot)s,
        awaited = %(awaited)s, departments = %(departments)s
    WHERE case_id = %(case_id)s AND version = %(seen)s
    RETURNING case_id
), event AS (
    INSERT INTO public.case_event (case_id, seq, at, act, from_state, to_state, actor, post, department, reason, data,
                                   origin)
    SELECT case_id, %(version)s, %(at)s, %(act)s, %(from_state)s, %(state)s, %(actor)s, %(post)s, %(department)s,
           %(reason)s, %(data)s, %(origin)s FROM changed
), tasks AS (
    INSERT INTO public.case_task (case_id, place, round, department, role, state, worker, offered_at, accepted_at,
                                  done_at)
    SELECT changed.case_id, task.*
    FROM changed CROSS JOIN jsonb_to_recordset(%(tasks)s::jsonb)
         AS task (place integer, round integer, department text, role text, state text, worker text,
                  offered_at timestamptz, accepted_at timestamptz, done_at timestamptz)
    ON CONFLICT (case_id, place) DO UPDATE
    SET state = excluded.state, worker = excluded.worker, accepted_at = excluded.accepted_at,
        done_at = excluded.done_at
), requests AS (
    INSERT INTO public.case_request (case_id, number, kind, department, asked_by, asked_at, until, decided_by,
                                     decided_at, granted)
    SELECT changed.case_id, request.*
    FROM changed CROSS JOIN jsonb_to_recordset(%(requests)s::jsonb)
         AS request (number integer, kind text, department text, asked_by text, asked_at timestamptz,
                     until timestamptz, decided_by text, decided_at timestamptz, granted boolean)
    ON CONFLICT (case_id, number) DO UPDATE
    SET decided_by = excluded.decided_by, decided_at = excluded.decided_at, granted = excluded.granted
), followed AS (
    SELECT changed.case_id, followed.*
    FROM changed CROSS JOIN jsonb_to_recordset(%(alerts)s::jsonb)
         AS followed (alert_id bigint, alert_event_id bigint, evidence text)
), alerts AS (
    INSERT INTO public.case_alert (case_id, alert_id, alert_event_id, evidence, is_open)
    SELECT followed.*, %(ended_at)s::timestamptz IS NULL FROM followed
    ON CONFLICT (case_id, alert_id) DO UPDATE
    SET alert_event_id = excluded.alert_event_id, evidence = excluded.evidence, is_open = excluded.is_open
), given_back AS (
    DELETE FROM public.case_alert AS held USING changed
    WHERE held.case_id = changed.case_id AND held.alert_id NOT IN (SELECT alert_id FROM followed)
)
SELECT case_id FROM changed

-- name: find_case
-- One case as its events have made it.
SELECT snapshot FROM city_case WHERE case_id = %(case_id)s

-- name: find_cases
-- Some cases as their events have made them.
SELECT case_id, snapshot FROM city_case WHERE case_id = ANY (%(cases)s)

-- name: lock_case
-- The same, held until the commit: for what touches two cases at once.
SELECT snapshot FROM city_case WHERE case_id = %(case_id)s FOR UPDATE

-- name: case_row
-- One case as a list shows it.
SELECT case_id, number, version, state, kind, source, category, standard, severity, area_code, longitude, latitude,
       address, description, alert_id, round, lead_department, reported_by, reported_at, dispatched_at, due_at,
       due_provisional, overdue_at, handled_at, ended_at, master
FROM city_case WHERE case_id = %(case_id)s

-- name: last_case_event
-- Who acted last, for the one who came second.
SELECT actor, act, post FROM case_event WHERE case_id = %(case_id)s ORDER BY seq DESC LIMIT 1

-- name: case_events
-- Everything that was done with one case, in order.
SELECT seq, at, act, from_state, to_state, actor, post, department, reason, data, origin
FROM case_event WHERE case_id = %(case_id)s ORDER BY seq

-- name: cases_now_overdue
-- Cases whose deadline is past and that nobody has been told of; not those whose clock stands still.
SELECT case_id, version FROM city_case
WHERE ended_at IS NULL AND overdue_at IS NULL AND due_at < %(now)s AND state IN ('filed', 'dispatched', 'handling')
ORDER BY due_at LIMIT %(most)s

-- name: cases_to_resume
-- Cases whose suspension is over.
SELECT case_id, version FROM city_case WHERE paused_until <= %(now)s ORDER BY paused_until LIMIT %(most)s

-- name: posts_of
-- The posts that somebody holds.
SELECT user_name, post, department FROM case_post WHERE user_name = %(user_name)s ORDER BY post, department

-- name: all_posts
-- Every post that is held.
SELECT user_name, post, department FROM case_post ORDER BY user_name, post, department

-- name: post_holders
-- Every post that is held, with what the account sees and whether it is shut.
SELECT user_name, post, department, domains, areas, disabled
FROM case_post JOIN app_user USING (user_name) ORDER BY user_name, post, department

-- name: cases_by_waiting
-- How many open cases wait for each post, department's post or collector.
SELECT key, count(*) AS cases FROM city_case, unnest(awaited) AS key WHERE ended_at IS NULL GROUP BY key

-- name: give_post
-- Somebody holds a post from now on.
INSERT INTO case_post (user_name, post, department) VALUES (%(user_name)s, %(post)s, %(department)s)
ON CONFLICT DO NOTHING

-- name: take_post
-- Somebody holds a post no more.
DELETE FROM case_post WHERE user_name = %(user_name)s AND post = %(post)s AND department = %(department)s

-- name: lead_cases
-- Be the one that does the timed jobs of cases, until the end of the transaction.
SELECT pg_try_advisory_xact_lock(hashtext('cityops cases'))
