-- name: officers
-- To whom an alert can be given.
SELECT user_name FROM app_user WHERE role IN ('officer', 'supervisor') AND NOT disabled ORDER BY user_name
