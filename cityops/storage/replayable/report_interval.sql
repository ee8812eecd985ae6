-- The median time (seconds) between the newest good readings of a series in a span; NULL where fewer than three are
-- known. A part of `cityops.standards.coverage`, which decides what is made of it.
CREATE OR REPLACE FUNCTION usual_gap(wanted integer, since timestamptz, until timestamptz) RETURNS double precision
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(gap) >= 2 THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) END
    FROM (SELECT extract(epoch FROM lag(time) OVER (ORDER BY time DESC) - time)::double precision AS gap
          FROM (SELECT time FROM reading
                WHERE series_id = wanted AND quality <= 2 AND time >= since AND time < until
                ORDER BY time DESC LIMIT 13) AS newest) AS gaps
$$;
