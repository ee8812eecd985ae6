-- Receivers of messages are isolated: what each channel does is known, and each message has an id of its own.

-- The same for every copy of a message, and of no other, also after a restore from a backup.
ALTER TABLE notification ADD COLUMN message_id uuid NOT NULL DEFAULT gen_random_uuid();
-- Tries that were sent and not answered in time: each may have arrived.
ALTER TABLE notification ADD COLUMN unanswered integer NOT NULL DEFAULT 0;
-- Serves: what a channel is sending now, and what waits for it.
CREATE INDEX notification_channel ON notification (channel, severity, due_at)
    WHERE delivered_at IS NULL AND failed_at IS NULL AND withdrawn_at IS NULL;

-- Channels whose last message was not delivered.
CREATE TABLE channel_breaker (
    channel       text PRIMARY KEY,
    failures      integer NOT NULL,     -- in a row
    failing_since timestamptz NOT NULL,
    retry_at      timestamptz,          -- open: nothing is sent before; NULL while it is closed
    reason        text NOT NULL         -- of the last failure
);
