-- How good the readings of a kind of sensor were on a day of the city, counted once when the day is closed
-- (sharing/datasets/quality.py). What came later than that is in the store, and not in these numbers.
CREATE TABLE data_quality_day (
    kind          text NOT NULL,
    day           date NOT NULL,
    expected      bigint NOT NULL, -- readings, by the interval of the kind since each sensor is registered
    received      bigint NOT NULL, -- of these, usable ones (quality 1 or 2)
    readings      bigint NOT NULL, -- of any quality that were stored in full
    suspect       bigint NOT NULL, -- of these, of quality 3
    bad           bigint NOT NULL, -- of these, of quality 4
    delay_seconds double precision, -- median from measured to stored, of the newest reading of each series; NULL: none
    counted_at    timestamptz NOT NULL,
    PRIMARY KEY (day, kind)
);
