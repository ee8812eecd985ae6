-- The hour that the watermark stands in, as far as its minutes are rolled up, of each series: so that what is asked by
-- hours need not fold up to 59 minutes of every series on the spot. `watch` makes it anew in each round.
CREATE TABLE rolled_hour_open (LIKE rolled_1h INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (series_id))
    WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
