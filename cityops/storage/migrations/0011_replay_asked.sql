-- A supervisor may ask on the pages that letters are processed once more; ingest does it and clears this.
ALTER TABLE dead_letter ADD COLUMN replay_asked_at timestamptz;
-- Serves: what ingest was asked for.
CREATE INDEX dead_letter_asked ON dead_letter (dead_letter_id) WHERE replay_asked_at IS NOT NULL AND replayed_at IS NULL;
