-- name: cases_now
-- Cases that are open or ended since a moment, with when they were filed since then; all, or only some.
SELECT case_id, area_code, lead_department, severity, longitude, latitude, due_at, handled_at, ended_at,
       overdue_at IS NOT NULL AS is_overdue, filed_at
FROM city_case
LEFT JOIN (SELECT case_id, max(at) AS filed_at FROM case_event
           WHERE act = 'file' AND at >= %(since)s GROUP BY case_id) AS filing USING (case_id)
WHERE (ended_at IS NULL OR ended_at >= %(since)s) AND (%(whole)s OR case_id = ANY (%(cases)s))
