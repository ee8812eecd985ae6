-- The area of a warning as maps draw it (GeoJSON, WGS-84), of few corners. NULL: from before, or it says an end.
ALTER TABLE cap_received ADD COLUMN outline jsonb;
ALTER TABLE cap_message ADD COLUMN outline jsonb;
