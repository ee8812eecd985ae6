-- name: add_photo
-- Keep a photograph of a case; the same one twice is one.
INSERT INTO public.case_photo (case_id, sha256, kind, content, taken_longitude, taken_latitude, added_by, added_at)
SELECT case_id, %(sha256)s, %(kind)s, %(content)s, %(longitude)s, %(latitude)s, %(actor)s, %(now)s
FROM city_case WHERE case_id = %(case_id)s
ON CONFLICT DO NOTHING

-- name: find_photo
-- A photograph of a case.
SELECT kind, content FROM case_photo WHERE case_id = %(case_id)s AND sha256 = %(sha256)s

-- name: count_photos
-- How many photographs a case has.
SELECT count(*) FROM case_photo WHERE case_id = %(case_id)s

-- name: photos_there
-- Which of these photographs a case has.
SELECT sha256 FROM case_photo WHERE case_id = %(case_id)s AND sha256 = ANY (%(wanted)s)
