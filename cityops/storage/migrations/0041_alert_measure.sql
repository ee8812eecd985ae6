-- What the numbers of an alert are (alerts/measures.py): readings of its metric, or seconds, millimetres, an index.
-- Where there is nothing to compare there are no numbers.

ALTER TABLE alert
    ADD COLUMN quantity       text NOT NULL DEFAULT 'reading',
    ADD COLUMN window_seconds double precision, -- over which the quantity is taken; NULL: it has no window
    ALTER COLUMN trigger_value DROP NOT NULL,
    ALTER COLUMN limit_value DROP NOT NULL;

-- Alerts from before: as their rules are now. What was kept under the unit of something else is given up.
WITH known AS (
    SELECT rule_id, definition -> 'when' ->> 'type' AS type,
           CASE definition -> 'when' ->> 'type'
               WHEN 'composite' THEN definition #> '{when,signs,0,when}'
               ELSE definition -> 'when'
           END AS condition
    FROM rule
), measured AS (
    SELECT rule_id, condition,
           CASE condition ->> 'type'
               WHEN 'rate' THEN 'change'
               WHEN 'repeated' THEN 'count'
               WHEN 'missing' THEN 'duration'
               WHEN 'flat' THEN 'duration'
               WHEN 'rainstorm' THEN 'rainfall'
               WHEN 'aqi' THEN 'aqi'
               WHEN 'tpi' THEN 'tpi'
               WHEN 'fault' THEN 'none'
               ELSE 'reading'
           END AS quantity
    FROM known
)
UPDATE alert
SET quantity = measured.quantity,
    window_seconds = CASE WHEN measured.quantity IN ('change', 'count')
                          THEN (measured.condition ->> 'seconds')::double precision END,
    limit_value = CASE measured.quantity
                      WHEN 'count' THEN (measured.condition ->> 'times')::double precision
                      WHEN 'rainfall' THEN NULL
                      WHEN 'none' THEN NULL
                      ELSE alert.limit_value END,
    trigger_value = CASE WHEN measured.quantity IN ('count', 'none') OR measured.condition ->> 'type' = 'flat'
                         THEN NULL ELSE alert.trigger_value END
FROM measured
WHERE measured.rule_id = alert.rule_id AND measured.quantity <> 'reading';
