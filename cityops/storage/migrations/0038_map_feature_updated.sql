-- When a map feature was changed: a road that gets another class must be seen by who remembers the roads.
ALTER TABLE map_feature ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
