-- Who watches the city is told which cases a commit changed: see cityops/storage/changes.py and decision 103.

CREATE TRIGGER announce_inserted AFTER INSERT ON city_case REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION announce_rows('case', 'case_id');
CREATE TRIGGER announce_updated AFTER UPDATE ON city_case REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION announce_rows('case', 'case_id');

-- Serves: what was filed today.
CREATE INDEX case_event_filed ON case_event (at) WHERE act = 'file';
