-- Deadlines in SQL: the same answers as cases/clock/deadline.py, which a test compares. NULL where that one refuses,
-- because the calendar does not cover a year.

-- How much was worked up to a moment, in microseconds.
CREATE OR REPLACE FUNCTION worked_until(wanted text, edition integer, moment timestamptz) RETURNS bigint
    LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT worked_before + least(unix_microseconds(moment), closes) - opens FROM work_interval
         WHERE calendar = wanted AND version = edition AND opens <= unix_microseconds(moment)
         ORDER BY opens DESC LIMIT 1), 0)
$$;

-- The earliest moment at which so much was worked since `start`.
CREATE OR REPLACE FUNCTION work_on(wanted text, edition integer, start timestamptz, amount bigint) RETURNS timestamptz
    LANGUAGE sql STABLE AS $$
    SELECT greatest(start, 'epoch'::timestamptz + (opens + target - worked_before) * interval '1 microsecond')
    FROM (SELECT worked_until(wanted, edition, start) + amount AS target) AS wish
    CROSS JOIN LATERAL (
        SELECT opens, worked_before FROM work_interval
        WHERE calendar = wanted AND version = edition AND worked_after >= target ORDER BY worked_after LIMIT 1
    ) AS found
$$;

-- The end of business of the first working day by law, on a day or after it.
CREATE OR REPLACE FUNCTION legal_end(wanted text, edition integer, from_day date) RETURNS timestamptz
    LANGUAGE sql STABLE AS $$
    SELECT closes FROM work_day
    WHERE calendar = wanted AND version = edition AND day >= from_day AND by_law ORDER BY day LIMIT 1
$$;

-- The worked day that is the `number`th after a day.
CREATE OR REPLACE FUNCTION later_work_day(wanted text, edition integer, from_day date, number integer) RETURNS work_day
    LANGUAGE sql STABLE AS $$
    SELECT later FROM work_day AS here JOIN work_day AS later USING (calendar, version)
    WHERE calendar = wanted AND version = edition AND here.day = from_day
      AND later.worked AND later.place = here.place + number
$$;

-- When one limit ends: {"value": "2", "unit": "work_day", "day_rule": "hours"}.
CREATE OR REPLACE FUNCTION limit_end(wanted text, edition integer, zone text, day_hours numeric, start timestamptz,
                                     wish jsonb) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    amount numeric := (wish ->> 'value')::numeric;
    unit text := wish ->> 'unit';
    local_day date := (start AT TIME ZONE zone)::date;
    opening timestamptz;
BEGIN
    IF wish ->> 'day_rule' = 'end_of_day' THEN
        RETURN CASE unit WHEN 'work_day' THEN (later_work_day(wanted, edition, local_day, amount::integer)).closes
                         ELSE legal_end(wanted, edition, local_day + amount::integer) END;
    ELSIF wish ->> 'day_rule' = 'same_clock' AND unit = 'natural_day' THEN
        RETURN ((start AT TIME ZONE zone) + amount::integer * interval '1 day') AT TIME ZONE zone;
    ELSIF wish ->> 'day_rule' = 'same_clock' THEN
        SELECT greatest(start, 'epoch'::timestamptz + opens * interval '1 microsecond') INTO opening FROM work_interval
        WHERE calendar = wanted AND version = edition AND closes > unix_microseconds(start) ORDER BY opens LIMIT 1;
        RETURN ((later_work_day(wanted, edition, (opening AT TIME ZONE zone)::date, amount::integer)).day
                + (opening AT TIME ZONE zone)::time) AT TIME ZONE zone;
    ELSIF unit IN ('work_hour', 'work_day') THEN
        RETURN work_on(wanted, edition, start, trunc(
            amount * CASE unit WHEN 'work_day' THEN day_hours ELSE 1 END * 3600000000)::bigint);
    END IF;
    RETURN start + trunc(amount * CASE unit WHEN 'natural_day' THEN 24 ELSE 1 END * 3600000000)::bigint
                   * interval '1 microsecond';
END $$;

-- The deadline of a clock as a case keeps it (ClockInputs as JSON), and whether it is provisional.
CREATE OR REPLACE FUNCTION case_due(wanted text, edition integer, zone text, day_hours numeric, clock jsonb,
                                    OUT due timestamptz, OUT provisional boolean) LANGUAGE plpgsql STABLE AS $$
DECLARE
    wish jsonb := clock -> 'limit';
    start timestamptz := (clock ->> 'start')::timestamptz;
    follows boolean := wish ->> 'unit' IN ('work_hour', 'work_day');
    step jsonb;
    begins timestamptz;
    ends timestamptz;
BEGIN
    due := limit_end(wanted, edition, zone, day_hours, start, wish);
    FOR step IN SELECT jsonb_array_elements(clock -> 'extensions') LOOP
        due := limit_end(wanted, edition, zone, day_hours, due, step);
    END LOOP;
    FOR step IN SELECT jsonb_array_elements(clock -> 'pauses') LOOP
        begins := greatest((step ->> 'begins')::timestamptz, start);
        ends := (step ->> 'ends')::timestamptz;
        IF begins < due AND begins < ends THEN
            due := CASE WHEN follows
                THEN work_on(wanted, edition, due,
                             worked_until(wanted, edition, ends) - worked_until(wanted, edition, begins))
                ELSE due + (ends - begins) END;
            IF wish ->> 'day_rule' = 'end_of_day' THEN
                due := CASE WHEN follows
                    THEN (SELECT closes FROM work_day WHERE calendar = wanted AND version = edition
                          AND day = (due AT TIME ZONE zone)::date)
                    ELSE legal_end(wanted, edition, (due AT TIME ZONE zone)::date) END;
            END IF;
        END IF;
    END LOOP;
    provisional := EXISTS (
        SELECT FROM jsonb_array_elements(jsonb_build_array(wish) || (clock -> 'extensions')) AS part (wish)
        WHERE part.wish ->> 'unit' IN ('work_hour', 'work_day') OR part.wish ->> 'day_rule' = 'end_of_day'
    ) AND EXISTS (
        SELECT FROM work_day WHERE calendar = wanted AND version = edition AND assumed
          AND day BETWEEN date_trunc('year', start AT TIME ZONE zone)::date AND (due AT TIME ZONE zone)::date
    );
END $$;
