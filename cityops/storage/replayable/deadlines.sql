-- A span of time in a rule: seconds, or a text such as "PT5M" or "5 minutes". Nothing gives nothing.
CREATE OR REPLACE FUNCTION rule_span(span jsonb) RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE jsonb_typeof(span)
           WHEN 'number' THEN make_interval(secs => (span #>> '{}')::double precision)
           WHEN 'string' THEN (span #>> '{}')::interval END
$$;
