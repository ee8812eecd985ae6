"""What the functions of a `$filter` give, as pieces of SQL. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from shapely.geometry import MultiPolygon, Point, Polygon

from cityops.storage.pieces import Composer, StatementPiece
from portal.sensorthings.entity.model import NUMBERS, Kind
from portal.sensorthings.errors import bad
from portal.sensorthings.filtering.expressions import Arithmetic, Expression, read_moment
from portal.sensorthings.filtering.functions import FUNCTIONS, TEMPORAL, WITHIN
from portal.sensorthings.filtering.shapes import Ring, rings_of, write_ring

LARGEST_PLACE = 1_000_000  # in a text

Make = Callable[[str, Sequence[Expression]], Expression]


class Calls:
    """Makes them for one statement. `now`: what `now()` gives, UTC."""

    def __init__(self, composer: Composer, *, now: datetime) -> None:
        self._composer = composer
        self._arithmetic = Arithmetic(composer)
        self._makers: Mapping[str, Make] = {
            "now": lambda _, __: Expression(Kind.TIME, value=now),
            "substring": self._substring,
            "geo.distance": self._distance,
            **dict.fromkeys(FUNCTIONS, self._plain),
            **dict.fromkeys(TEMPORAL, self._temporal),
            **dict.fromkeys(WITHIN, self._within),
        }

    def call(self, name: str, arguments: Sequence[Expression]) -> Expression:
        """Return what a function gives. `name` in small letters. Raises SensorThingsError."""
        if any(one.kind is Kind.NOTHING for one in arguments):
            return Expression(Kind.NOTHING, self._composer.piece("sta_unknown"))
        if name == "substringof":  # SensorThings has the needle first
            name, arguments = "contains", arguments[::-1]
        make = self._makers.get(name)
        if make is None:
            raise bad(f"$filter cannot use {name}() here.")
        return make(name, arguments)

    def _plain(self, name: str, arguments: Sequence[Expression]) -> Expression:
        function = FUNCTIONS[name]
        parts = dict[str, StatementPiece]()
        for slot, kind, given in zip("ab", function.takes, arguments, strict=False):
            if kind is Kind.NUMERIC:
                parts[slot] = self._number(name, given)
            elif given.kind is kind:
                parts[slot] = self._arithmetic.bind(given)
            else:
                raise bad(f"{name}() in $filter takes a {kind}, and has a {given.kind}.")
        return Expression(function.gives, self._composer.piece(function.piece, **parts))

    def _substring(self, _: str, arguments: Sequence[Expression]) -> Expression:
        text, *numbers = arguments
        whole = [int(one.value) for one in numbers if isinstance(one.value, Decimal) and one.kind is Kind.INTEGER]
        if (
            text.kind is not Kind.TEXT
            or len(whole) < len(numbers)
            or not all(0 <= one <= LARGEST_PLACE for one in whole)
        ):
            raise bad("substring() in $filter takes a text, a place from 0 on, and a length.")
        places = [self._composer.value(number) for number in (whole[0] + 1, *whole[1:])]
        piece = self._arithmetic.bind(text)
        if len(places) == 1:
            return Expression(Kind.TEXT, self._composer.piece("sta_substring", a=piece, start=places[0]))
        name = "sta_substring_of_length"
        return Expression(Kind.TEXT, self._composer.piece(name, a=piece, start=places[0], length=places[1]))

    def _temporal(self, name: str, arguments: Sequence[Expression]) -> Expression:
        moment, other = arguments
        if moment.kind is not Kind.TIME:
            raise bad(f"{name}() in $filter takes a time, and a time or a period.")
        if other.kind is Kind.TEXT and isinstance(other.value, str):
            start, _, end = other.value.partition("/")
            ends = {"start": read_moment(start), "end": read_moment(end)}
            times = {which: Expression(Kind.TIME, value=one) for which, one in ends.items()}
        elif other.kind is Kind.TIME and name in ("before", "after"):
            times = {"start": other, "end": other}
        else:
            raise bad(
                f"{name}() in $filter takes a time, and a period such as 2026-03-01T00:00:00Z/2026-03-02T00:00:00Z."
            )
        first, *rest = (self._arithmetic.compare(how, moment, times[which]) for how, which in TEMPORAL[name])
        for one in rest:
            first = self._composer.piece("sta_and", left=first, right=one)
        return Expression(Kind.TRUTH, first)

    def _within(self, name: str, arguments: Sequence[Expression]) -> Expression:
        place, shape = sorted(arguments, key=lambda one: one.kind is Kind.SHAPE)
        is_turned = arguments[0] is shape  # st_contains(area, place) is st_within(place, area)
        if place.kind is not Kind.PLACE or place.piece is None or shape.kind is not Kind.SHAPE:
            raise bad(f"{name}() in $filter takes a place and a geography'…'.")
        if (name == "st_contains") != is_turned and name in ("st_contains", "st_within"):
            raise bad(
                "A place is a point, which contains nothing. Use st_within(place, area) or st_contains(area, place)."
            )
        if isinstance(shape.value, Point):
            found = self._composer.piece("sta_same_place", a=place.piece, b=self._point(shape.value))
        elif isinstance(shape.value, Polygon | MultiPolygon) and name != "st_equals":
            found = self._inside(place.piece, shape.value)
        else:
            raise bad(f"{name}() in $filter takes a place and a POINT.")
        negated = self._composer.piece("sta_not", operand=found)
        return Expression(Kind.TRUTH, negated if name == "st_disjoint" else found)

    def _inside(self, place: StatementPiece, shape: Polygon | MultiPolygon) -> StatementPiece:
        found: StatementPiece | None = None
        for outer, holes in rings_of(shape):
            part = self._ring(outer, place)
            for hole in holes:
                out = self._composer.piece("sta_not", operand=self._ring(hole, place))
                part = self._composer.piece("sta_and", left=part, right=out)
            found = part if found is None else self._composer.piece("sta_or", left=found, right=part)
        assert found is not None  # noqa: S101  (read_shape lets no empty one pass)
        return found

    def _ring(self, ring: Ring, place: StatementPiece) -> StatementPiece:
        return self._composer.piece("sta_inside", ring=self._composer.value(write_ring(ring)), place=place)

    def _distance(self, _: str, arguments: Sequence[Expression]) -> Expression:
        place, shape = sorted(arguments, key=lambda one: one.kind is Kind.SHAPE)
        if place.kind is not Kind.PLACE or place.piece is None or not isinstance(shape.value, Point):
            raise bad("geo.distance() in $filter takes a place and a geography'POINT(…)'.")
        return Expression(Kind.FLOAT, self._composer.piece("sta_distance", a=place.piece, b=self._point(shape.value)))

    def _point(self, point: Point) -> StatementPiece:
        x, y = (self._composer.piece("sta_float", value=self._composer.value(one)) for one in (point.x, point.y))
        return self._composer.piece("sta_point", x=x, y=y)

    def _number(self, name: str, given: Expression) -> StatementPiece:
        if given.kind not in NUMBERS:
            raise bad(f"{name}() in $filter takes a number, and has a {given.kind}.")
        return self._arithmetic.number(given)
