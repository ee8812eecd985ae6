-- name: sta_limit_time
-- No question of a stranger holds a connection longer.
SELECT set_config('statement_timeout', %(milliseconds)s, true)

-- name: sta_newest
-- How far open series go: some, or all.
SELECT series_id, time FROM portal.open_latest
WHERE %(series)s::integer[] IS NULL OR series_id = ANY (%(series)s::integer[])

-- name: sta_new_readings
-- Of each of some open series the newest readings after a moment, in their order.
SELECT found.* FROM unnest(%(series)s::integer[], %(after)s::timestamptz[]) AS wanted (key, after)
CROSS JOIN LATERAL (
    SELECT series_id, sensor_id, time, value, quality FROM portal.open_reading
    WHERE series_id = wanted.key AND time > wanted.after ORDER BY time DESC LIMIT %(limit)s
) AS found
ORDER BY found.series_id, found.time

-- name: sta_page
-- A page of a set.
SELECT {columns} FROM {relation} WHERE {where} ORDER BY {order} LIMIT {limit} OFFSET {skip}

-- name: sta_count
-- How many a set has.
SELECT count(*) AS count FROM {relation} WHERE {where}

-- name: sta_of_keys
-- What some rows point to, once each; or the newest reading of some series.
SELECT {columns} FROM {relation} WHERE {key} = ANY ({keys}) AND {where}

-- name: sta_pages_of_keys
-- The first page of what belongs to each of some rows. LATERAL is done row by row, so each page stays in its order.
SELECT wanted.key AS parent_key, found.*
FROM unnest({keys}) AS wanted (key)
CROSS JOIN LATERAL (
    SELECT {columns} FROM {relation} WHERE {key} = wanted.key AND {where} ORDER BY {order} LIMIT {limit} OFFSET {skip}
) AS found

-- name: sta_counts_of_keys
-- How many belong to each of some rows.
SELECT {key} AS parent_key, count(*) AS count FROM {relation} WHERE {key} = ANY ({keys}) AND {where} GROUP BY {key}

-- name: sta_through
-- What stands at the other end of a relation to one.
(SELECT {value} FROM {relation} WHERE {theirs} = {own})

-- name: sta_any
-- There is one such.
EXISTS (SELECT FROM {relation} WHERE {theirs} = {own} AND {condition})

-- name: sta_all
-- There is none that is not such.
(NOT EXISTS (SELECT FROM {relation} WHERE {theirs} = {own} AND ({condition}) IS NOT TRUE))

-- name: sta_true
-- All rows.
true

-- name: sta_unknown
-- What is neither true nor false.
NULL::boolean

-- name: sta_and
-- Both.
({left} AND {right})

-- name: sta_or
-- Either.
({left} OR {right})

-- name: sta_not
-- The opposite.
(NOT {operand})

-- name: sta_eq
-- Equal.
({left} = {right})

-- name: sta_ne
-- Different.
({left} <> {right})

-- name: sta_lt
-- Less.
({left} < {right})

-- name: sta_le
-- At most.
({left} <= {right})

-- name: sta_gt
-- More.
({left} > {right})

-- name: sta_ge
-- At least.
({left} >= {right})

-- name: sta_plain_order
-- Texts are ordered by their code points, the same on every server.
({text} COLLATE "C")

-- name: sta_null
-- Not there.
({operand} IS NULL)

-- name: sta_not_null
-- There.
({operand} IS NOT NULL)

-- name: sta_ascending
-- Small ones first.
{key} ASC

-- name: sta_descending
-- Large ones first.
{key} DESC

-- name: sta_text
-- A text that is given.
{value}::text

-- name: sta_texts
-- Texts that are given.
{value}::text[]

-- name: sta_integer
-- A whole number that is given.
{value}::bigint

-- name: sta_integers
-- Numbers of series that are given.
{value}::integer[]

-- name: sta_float
-- A number that is given, as readings are stored.
{value}::double precision

-- name: sta_number
-- A number, for arithmetic that never fails: numeric has no overflow that a filter could reach.
{value}::numeric

-- name: sta_time
-- A moment that is given.
{value}::timestamptz

-- name: sta_date
-- A day that is given.
{value}::date

-- name: sta_clock
-- A time of day that is given.
{value}::time

-- name: sta_span
-- A length of time that is given.
{value}::interval

-- name: sta_add
-- A sum.
({left} + {right})

-- name: sta_sub
-- A difference.
({left} - {right})

-- name: sta_mul
-- A product.
({left} * {right})

-- name: sta_div
-- A quotient; of 0 there is none.
({left} / nullif({right}, 0))

-- name: sta_mod
-- What a division leaves.
mod({left}, nullif({right}, 0))

-- name: sta_minus
-- The negative.
(- {operand})

-- name: sta_round
-- To the next whole number, halves away from 0.
round({a})

-- name: sta_floor
-- The next smaller whole number.
floor({a})

-- name: sta_ceiling
-- The next larger whole number.
ceiling({a})

-- name: sta_contains
-- A text within another.
(strpos({a}, {b}) > 0)

-- name: sta_starts
-- How a text begins.
starts_with({a}, {b})

-- name: sta_ends
-- How a text ends.
(right({a}, length({b})) = {b})

-- name: sta_length
-- How many characters.
length({a})::numeric

-- name: sta_index
-- Where a text begins within another, from 0; -1: nowhere.
(strpos({a}, {b}) - 1)::numeric

-- name: sta_substring
-- The rest of a text, from a place on.
substr({a}, {start})

-- name: sta_substring_of_length
-- A part of a text.
substr({a}, {start}, {length})

-- name: sta_lower
-- In small letters.
lower({a})

-- name: sta_upper
-- In capitals.
upper({a})

-- name: sta_trim
-- Without spaces around it.
btrim({a})

-- name: sta_concat
-- One text after the other.
({a} || {b})

-- name: sta_year
-- The year, UTC.
extract(year FROM {a} AT TIME ZONE 'UTC')

-- name: sta_month
-- The month, UTC.
extract(month FROM {a} AT TIME ZONE 'UTC')

-- name: sta_day
-- The day of the month, UTC.
extract(day FROM {a} AT TIME ZONE 'UTC')

-- name: sta_hour
-- The hour, UTC.
extract(hour FROM {a} AT TIME ZONE 'UTC')

-- name: sta_minute
-- The minute.
extract(minute FROM {a} AT TIME ZONE 'UTC')

-- name: sta_second
-- The whole second.
floor(extract(second FROM {a} AT TIME ZONE 'UTC'))

-- name: sta_fraction
-- The part of a second.
mod(extract(second FROM {a} AT TIME ZONE 'UTC'), 1)

-- name: sta_date_of
-- The day, UTC.
({a} AT TIME ZONE 'UTC')::date

-- name: sta_clock_of
-- The time of day, UTC.
({a} AT TIME ZONE 'UTC')::time

-- name: sta_point
-- A point that is given, WGS-84.
point({x}, {y})

-- name: sta_inside
-- Whether a place lies in an area, or on its edge.
({ring}::polygon @> {place})

-- name: sta_same_place
-- Whether two places are one.
({a} ~= {b})

-- name: sta_distance
-- How far two places are apart, in degrees.
({a} <-> {b})
