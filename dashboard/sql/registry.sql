-- name: registry_fingerprint
-- Changes whenever an area, a map feature or a sensor is added or edited, and costs next to nothing.
SELECT concat_ws(' ',
    (SELECT concat(count(*), ' ', max(updated_at)) FROM sensor),
    (SELECT concat(count(*), ' ', max(updated_at)) FROM area),
    (SELECT count(*) FROM map_feature))
