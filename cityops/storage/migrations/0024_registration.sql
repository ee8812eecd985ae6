-- Who says what of a sensor, and what became of it. Table `sensor` stays what is in force.

-- What each source says: the device itself, the city's registry (imports, people), and a second device that uses the
-- same id. Of the last, only what its topic says may be known.
CREATE TABLE registration (
    sensor_id  text NOT NULL REFERENCES sensor (sensor_id) ON DELETE CASCADE,
    source     text NOT NULL CHECK (source IN ('device', 'registry', 'rival')),
    area_code  text NOT NULL,
    domain     text NOT NULL,
    kind       text,
    name       text,
    lon        double precision, -- WGS-84
    lat        double precision,
    said_at    timestamptz NOT NULL, -- of a rival: when it was heard last
    emptied_at timestamptz,          -- the device took its registration back
    PRIMARY KEY (sensor_id, source)
);

ALTER TABLE sensor
    ADD COLUMN topic_area     text, -- the area in whose topics the device speaks; NULL until it does
    ADD COLUMN retired_at     timestamptz,
    ADD COLUMN retired_reason text,
    ADD COLUMN successor      text REFERENCES sensor (sensor_id) ON DELETE SET NULL, -- its readings go on under this id
    ADD COLUMN changed_in     xid8 NOT NULL DEFAULT pg_current_xact_id();
-- Serves: which sensors changed since somebody looked. A transaction is asked for, not a time: none that commits late
-- is missed.
CREATE INDEX sensor_changed ON sensor (changed_in);
-- Serves: what is left of sensors that are retired. They are few.
CREATE INDEX sensor_retired ON sensor (sensor_id) WHERE retired_at IS NOT NULL;

CREATE FUNCTION note_sensor_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_in := pg_current_xact_id();
    RETURN NEW;
END $$;
-- Not at every status: only what a worker remembers of a device.
CREATE TRIGGER sensor_change BEFORE UPDATE OF area_code, domain, kind, topic_area, retired_at ON sensor
    FOR EACH ROW EXECUTE FUNCTION note_sensor_change();
