-- name: incarnation
-- Which incarnation of the database this is, and whether it is the one that was noted.
SELECT number, pg_is_in_recovery() OR fingerprint = database_fingerprint() AS is_noted FROM database_incarnation

-- name: begin_incarnation
-- The database was restored. Of several programs that notice it at once one gives it a number.
UPDATE database_incarnation SET number = 1 + floor(random() * %(most)s), fingerprint = database_fingerprint()
WHERE fingerprint <> database_fingerprint()
