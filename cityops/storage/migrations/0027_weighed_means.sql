-- The metric of the same sensor that weighs another one's values in a mean over sensors, as flow weighs speeds.
ALTER TABLE metric ADD COLUMN weighed_by text;
