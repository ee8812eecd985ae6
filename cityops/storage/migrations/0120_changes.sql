-- Who listens is told what a commit changed, whoever made it: see cityops/storage/changes.py and decision 103.

-- Tell of these names, in as few notices as there may be: one has less than 8,000 bytes.
CREATE FUNCTION announce_changes(kind text, names text[]) RETURNS void LANGUAGE sql AS $$
    SELECT pg_notify('cityops_changes', kind || ' ' || string_agg(name, ','))
    FROM (SELECT name, (row_number() OVER () - 1) / (7900 / (max(octet_length(name)) OVER () + 1)) AS notice
          FROM unnest(names) AS name) AS listed
    GROUP BY notice
$$;

-- For each statement that changes a table: the kind, and the column that names what changed, are the trigger's words.
CREATE FUNCTION announce_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    names text[];
BEGIN
    EXECUTE format('SELECT array_agg(DISTINCT %I::text) FROM changed_rows', TG_ARGV[1]) INTO names;
    IF names IS NOT NULL THEN
        PERFORM announce_changes(TG_ARGV[0], names);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER announce_inserted AFTER INSERT ON latest REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION announce_rows('series', 'series_id');
CREATE TRIGGER announce_updated AFTER UPDATE ON latest REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION announce_rows('series', 'series_id');

CREATE TRIGGER announce_updated AFTER UPDATE ON sensor REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION announce_rows('sensor', 'sensor_id');

CREATE TRIGGER announce_inserted AFTER INSERT ON alert REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION announce_rows('alert', 'alert_id');
CREATE TRIGGER announce_updated AFTER UPDATE ON alert REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION announce_rows('alert', 'alert_id');

-- What is shown of an alert besides: whether anybody was told, and which alert stands for an incident.
CREATE TRIGGER announce_inserted AFTER INSERT ON notification REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION announce_rows('alert', 'alert_id');
CREATE TRIGGER announce_updated AFTER UPDATE ON notification REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION announce_rows('alert', 'alert_id');
CREATE TRIGGER announce_updated AFTER UPDATE ON incident REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION announce_rows('alert', 'headline_alert_id');
