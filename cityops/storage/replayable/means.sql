-- How values are averaged, as `metric.mean` says: noise by energy, speeds harmonically, directions as vectors. Each is
-- an arithmetic mean of terms, turned back into a value, so means of parts combine by their weights. A direction has
-- two terms, to the north and to the east; `resultant` is the length of a mean that is itself a direction.
-- A speed of 0 has no term: no vehicle passed, and that is not a slow one. No value that a device can send makes one
-- of these fail: decibels beyond ±2000 and numbers beyond 1e300 count as that, speeds under a billionth as
-- none, and so does what is no direction.

CREATE OR REPLACE FUNCTION mean_term(mean text, value double precision, resultant double precision DEFAULT NULL)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE mean WHEN 'energy' THEN power(10::double precision, greatest(least(value, 2000), -2000) / 10)
                     WHEN 'harmonic' THEN CASE WHEN value > 1e-9 THEN 1 / value END
                     WHEN 'vector' THEN coalesce(resultant, 1) * cosd(CASE WHEN abs(value) < 1e30 THEN value END)
                     ELSE greatest(least(value, 1e300), -1e300) END
$$;

-- The second term of a direction; NULL for everything else.
CREATE OR REPLACE FUNCTION east_term(mean text, value double precision, resultant double precision DEFAULT NULL)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE mean WHEN 'vector' THEN coalesce(resultant, 1) * sind(CASE WHEN abs(value) < 1e30 THEN value END) END
$$;

-- From sums of terms by weight, and the sum of the weights, to the mean. Directions that cancel have none.
CREATE OR REPLACE FUNCTION mean_value(
    mean text, terms double precision, easts double precision, weight double precision)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN weight > 0 THEN
        CASE mean WHEN 'energy' THEN 10 * log(terms / weight)
                  WHEN 'harmonic' THEN weight / terms
                  WHEN 'vector' THEN CASE WHEN greatest(abs(terms), abs(easts)) > weight * 1e-6
                                          THEN CASE WHEN atan2d(easts, terms) > -1e-9 THEN abs(atan2d(easts, terms))
                                                    ELSE 360 + atan2d(easts, terms) END END
                  ELSE terms / weight END END
$$;

-- The length of a mean direction, 0 to 1; NULL for everything else.
CREATE OR REPLACE FUNCTION mean_resultant(
    mean text, terms double precision, easts double precision, weight double precision)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN mean = 'vector' AND weight > 0 THEN least(sqrt(terms * terms + easts * easts) / weight, 1) END
$$;
