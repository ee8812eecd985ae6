-- What is known of each device's clock. Event time is the device's time and its correction; `reading` keeps the
-- device's time, but where that cannot be (after it came, or before 2000), the event time.
ALTER TABLE ledger
    ADD COLUMN clock_correction interval NOT NULL DEFAULT '0', -- device's time + this = event time
    ADD COLUMN clock_set_at     timestamptz, -- the arrival by which it was known; NULL: none was ever needed
    ADD COLUMN clock_shift      interval NOT NULL DEFAULT '0', -- time in `reading` + this = event time
    ADD COLUMN clock_placed     interval,    -- what was added last to times that cannot be, to store them
    ADD COLUMN doubt_time       timestamptz, -- the last report, where it did not agree: the device's time,
    ADD COLUMN doubt_at         timestamptz; -- and its arrival
