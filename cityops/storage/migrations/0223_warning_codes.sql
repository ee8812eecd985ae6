-- By which codes a warning of others names its event (eventCode, upper case): rules look at them. Of those that came
-- before nobody asked.
ALTER TABLE cap_received ADD COLUMN event_codes text[] NOT NULL DEFAULT '{}';
