-- Which series belong to an area: those of the sensors in it or in an area below it, and those whose area
-- code begins with it, so that a sensor counts before its own area is imported. NULL stands for all.

CREATE OR REPLACE FUNCTION series_of(metrics text[], wanted_area text) RETURNS SETOF integer LANGUAGE sql STABLE AS $$
    WITH RECURSIVE inside (code) AS (
        SELECT wanted_area
        UNION
        SELECT area.code FROM inside JOIN area ON area.parent = inside.code
    )
    SELECT series.series_id FROM series JOIN sensor USING (sensor_id)
    WHERE (metrics IS NULL OR series.metric = ANY (metrics))
      AND (wanted_area IS NULL OR starts_with(sensor.area_code, wanted_area)
           OR sensor.area_code IN (SELECT code FROM inside))
$$;
