-- name: failing_jobs
-- What fails at present, the longest first.
SELECT job, reason, failing_since, failed_at FROM job_failure ORDER BY failing_since, job

-- name: note_job_failure
-- A job failed, perhaps again.
INSERT INTO job_failure (job, reason, failing_since, failed_at) VALUES (%(job)s, %(reason)s, %(now)s, %(now)s)
ON CONFLICT (job) DO UPDATE SET reason = EXCLUDED.reason, failed_at = EXCLUDED.failed_at

-- name: end_job_failures
-- These do their work again.
DELETE FROM job_failure WHERE job = ANY (%(jobs)s)

-- name: forget_job_failures
-- Nobody has tried these for long: the rule was removed, the program does the job no more.
DELETE FROM job_failure WHERE failed_at < %(before)s
