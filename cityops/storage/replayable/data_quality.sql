-- How good the readings of each kind were over the last 28 days that were counted.
CREATE OR REPLACE VIEW public.data_quality AS
SELECT kind, min(day) AS first_day, max(day) AS last_day, count(*)::integer AS days,
       sum(received)::double precision / nullif(sum(expected), 0)::double precision AS completeness,
       sum(suspect)::double precision / nullif(sum(readings), 0)::double precision AS suspect,
       sum(bad)::double precision / nullif(sum(readings), 0)::double precision AS bad,
       (array_agg(delay_seconds ORDER BY day DESC) FILTER (WHERE delay_seconds IS NOT NULL))[1] AS delay_seconds
FROM public.data_quality_day
WHERE day > (SELECT max(day) FROM public.data_quality_day) - 28 AND (expected > 0 OR readings > 0)
GROUP BY kind;
