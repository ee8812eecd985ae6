-- How many numbers of a run never came.
CREATE OR REPLACE FUNCTION run_missing(first bigint, last bigint, seen bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT greatest(0, coalesce(last - first + 1 - seen, 0)) $$;

-- Where reports with numbers from `first` to `last`, measured in `since` to `until`, belong: to the run that is
-- known ('same'), to a new one, because the device counts anew ('new'), or to one that is over ('old').
-- A jump of more than 10000 is a counter set anew, not a loss.
CREATE OR REPLACE FUNCTION find_run(
    known_last bigint, known_from timestamptz, known_until timestamptz,
    first bigint, last bigint, since timestamptz, until timestamptz
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN first > known_last AND until < known_from THEN 'old'
                WHEN last < known_last AND since > known_until THEN 'new'
                WHEN first > known_last + 10000 THEN 'new'
                ELSE 'same' END
$$;

-- A moment as a plain number, which is cheap to read by the hundred thousand.
CREATE OR REPLACE FUNCTION unix_microseconds(moment timestamptz) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT (extract(epoch FROM moment) * 1000000)::bigint $$;
