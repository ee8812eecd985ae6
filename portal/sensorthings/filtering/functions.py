"""The functions of `$filter`: which kinds they take, what they give, and by which piece of SQL. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.sensorthings.entity.model import Kind

_TEXTS, _TIME, _NUMBER = (Kind.TEXT, Kind.TEXT), (Kind.TIME,), (Kind.NUMERIC,)


@dataclass(frozen=True, slots=True)
class Function:
    """A function whose arguments are each of one kind, for the slots `a` and `b` of its piece."""

    piece: str
    takes: tuple[Kind, ...]
    gives: Kind


FUNCTIONS: Mapping[str, Function] = {
    "contains": Function("sta_contains", _TEXTS, Kind.TRUTH),
    "startswith": Function("sta_starts", _TEXTS, Kind.TRUTH),
    "endswith": Function("sta_ends", _TEXTS, Kind.TRUTH),
    "length": Function("sta_length", (Kind.TEXT,), Kind.NUMERIC),
    "indexof": Function("sta_index", _TEXTS, Kind.NUMERIC),
    "tolower": Function("sta_lower", (Kind.TEXT,), Kind.TEXT),
    "toupper": Function("sta_upper", (Kind.TEXT,), Kind.TEXT),
    "trim": Function("sta_trim", (Kind.TEXT,), Kind.TEXT),
    "concat": Function("sta_concat", _TEXTS, Kind.TEXT),
    "year": Function("sta_year", _TIME, Kind.NUMERIC),
    "month": Function("sta_month", _TIME, Kind.NUMERIC),
    "day": Function("sta_day", _TIME, Kind.NUMERIC),
    "hour": Function("sta_hour", _TIME, Kind.NUMERIC),
    "minute": Function("sta_minute", _TIME, Kind.NUMERIC),
    "second": Function("sta_second", _TIME, Kind.NUMERIC),
    "fractionalseconds": Function("sta_fraction", _TIME, Kind.NUMERIC),
    "date": Function("sta_date_of", _TIME, Kind.DATE),
    "time": Function("sta_clock_of", _TIME, Kind.CLOCK),
    "round": Function("sta_round", _NUMBER, Kind.NUMERIC),
    "floor": Function("sta_floor", _NUMBER, Kind.NUMERIC),
    "ceiling": Function("sta_ceiling", _NUMBER, Kind.NUMERIC),
}
# Of a moment and another, or a period: which comparison, with its beginning or its end.
TEMPORAL: Mapping[str, tuple[tuple[str, str], ...]] = {
    "before": (("lt", "start"),),
    "after": (("gt", "end"),),
    "during": (("ge", "start"), ("lt", "end")),
    "overlaps": (("ge", "start"), ("lt", "end")),
    "starts": (("eq", "start"),),
    "finishes": (("eq", "end"),),
}
WITHIN = frozenset({"geo.intersects", "st_within", "st_intersects", "st_contains", "st_disjoint", "st_equals"})
