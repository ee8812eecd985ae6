-- What a message holds beside readings: names of no metric, and values that are missing.

-- What devices send under names that their kind does not have, counted and not stored. No foreign key: an entry
-- outlives its sensor. The name '' is for the rest, where one device sends too many names.
CREATE TABLE unmapped_metric (
    sensor_id  text NOT NULL,
    name       text NOT NULL,
    count      bigint NOT NULL,      -- values, copies that were sent again included
    first_seen timestamptz NOT NULL, -- arrival, UTC
    last_seen  timestamptz NOT NULL,
    last_value text NOT NULL,        -- as it was written
    PRIMARY KEY (sensor_id, name)
);

-- Which metric of the catalogue is meant when a kind of device sends a name of its own.
CREATE TABLE metric_mapping (
    kind   text NOT NULL,
    name   text NOT NULL,
    metric text NOT NULL REFERENCES metric (metric),
    unit   text, -- what it is sent in; NULL: the catalogue's unit
    PRIMARY KEY (kind, name)
);

-- How often the value of a series was said to be missing (`null`). A missing value has no row in `reading`.
CREATE TABLE missing_value (
    series_id  integer PRIMARY KEY,
    count      bigint NOT NULL,      -- a copy that was sent again is not counted twice
    first_time timestamptz NOT NULL, -- the device's, UTC
    last_time  timestamptz NOT NULL
);
