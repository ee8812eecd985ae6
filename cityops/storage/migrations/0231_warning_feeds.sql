-- Where warnings of others are taken from (CITYOPS_CAP_FEEDS), and how it went the last time.
CREATE TABLE cap_feed (
    name     text PRIMARY KEY,        -- the address as people read it, or the folder
    tried_at timestamptz NOT NULL,
    read_at  timestamptz,             -- when it was read without a problem; NULL: not yet
    problem  text NOT NULL            -- what went wrong the last time; '' is nothing
);

-- A message that was sent in the future waits, too.
ALTER TABLE cap_quarantine DROP CONSTRAINT cap_quarantine_reason_check;
ALTER TABLE cap_quarantine ADD CONSTRAINT cap_quarantine_reason_check
    CHECK (reason IN ('unreadable', 'sender', 'signature', 'scope', 'clock'));
