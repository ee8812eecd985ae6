-- name: has_shared_role
-- Whether the server has the role in which departments' reads run.
SELECT to_regrole('cityops_shared') IS NOT NULL

-- name: create_shared_role
-- The role in which departments' reads run. It owns nothing and cannot log in.
CREATE ROLE cityops_shared NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS
