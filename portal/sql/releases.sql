-- name: releases
-- The figures about people that were released, the newest month first.
SELECT release_id, data_set, period, method, question, answer, made_at
FROM portal.release ORDER BY period DESC, release_id LIMIT %(most)s

-- name: streets
-- What streets are called.
SELECT code, name, name_en FROM portal.street
