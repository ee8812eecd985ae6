-- name: demo_status
-- The numbers of the demo's status line.
SELECT (SELECT count(*) FROM sensor) AS sensors,
       (SELECT count(*) FROM latest WHERE received_at >= %(since)s) AS reporting,
       (SELECT max(received_at) FROM latest) AS newest,
       (SELECT count(*) FROM alert WHERE closed_at IS NULL) AS alerts,
       (SELECT count(*) FROM dead_letter) AS dead_letters
