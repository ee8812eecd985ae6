-- Failed log-ins, by name and by where they came from: a stranger who guesses makes himself wait, not the officer
-- whose name he guesses with. Names need not exist; limits that told existing names from others would list them.

CREATE TABLE login_limit (
    user_name  text NOT NULL,
    source     text NOT NULL, -- as cityops.login_limits writes it: a network, a device, a session, or all strangers
    failures   integer NOT NULL DEFAULT 0,
    failed_at  timestamptz NOT NULL,
    wait_until timestamptz,   -- NULL: nobody has to wait
    PRIMARY KEY (user_name, source)
);
-- Serves: forgetting old ones.
CREATE INDEX login_limit_failed_at ON login_limit (failed_at);

ALTER TABLE app_user DROP COLUMN failures, DROP COLUMN locked_until;
