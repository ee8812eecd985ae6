-- Directions were averaged as numbers until now. `watch` rolls them up again from readings, and where these were
-- dropped from minutes; a mean that can be made from neither is unknown where it went over more than half a turn.

UPDATE rolled_1m SET mean = NULL, resultant = 0
WHERE max - min > 180 AND series_id IN (SELECT series_id FROM series WHERE metric = 'wind_direction')
  AND date_bin('1 day', bucket, 'epoch') IN (SELECT day FROM forgotten_day);
UPDATE rolled_1h SET mean = NULL, resultant = 0
WHERE max - min > 180 AND series_id IN (SELECT series_id FROM series WHERE metric = 'wind_direction')
  AND bucket < (SELECT minutes_from FROM rollup_state);
UPDATE rolled_1d SET mean = NULL, resultant = 0
WHERE max - min > 180 AND series_id IN (SELECT series_id FROM series WHERE metric = 'wind_direction')
  AND bucket < (SELECT hours_from FROM rollup_state);
