"""What stands in a filter: a piece of SQL, or a value that was given, with its kind; and how two of them meet. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from cityops.storage.pieces import Composer, StatementPiece
from portal.sensorthings.entity.model import NUMBERS, Kind
from portal.sensorthings.errors import bad

COMPARISONS = {"Eq": "eq", "NotEq": "ne", "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge"}
LARGEST_WHOLE = 2**53  # up to which a float is exact
LARGEST_KEY = 2**62
_GIVEN = {Kind.TEXT: "sta_text", Kind.TIME: "sta_time", Kind.DATE: "sta_date", Kind.CLOCK: "sta_clock",
          Kind.SPAN: "sta_span"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expression:
    """`piece` None: a value that was given and is bound in the form that it is needed in.

    `may_miss`: a column that is null in some rows.
    """

    kind: Kind
    piece: StatementPiece | None = None
    value: object = None
    may_miss: bool = False

    @property
    def is_given(self) -> bool:
        """Whether it is a value from the request."""
        return self.piece is None


def read_moment(text: str) -> datetime:
    """Return an ISO 8601 moment; without a zone it is UTC. Raises SensorThingsError."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise bad(f"{text[:60]} is no time. Write it as 2026-03-01T00:00:00Z.") from error


class Arithmetic:
    """Makes pieces of expressions, for one statement."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer

    def bind(self, expression: Expression) -> StatementPiece:
        """Return an expression that is no number as a piece."""
        if expression.piece is not None:
            return expression.piece
        name = _GIVEN.get(expression.kind)
        if name is None:
            raise bad(f"A {expression.kind} cannot stand there in $filter.")
        return self._composer.piece(name, value=self._composer.value(expression.value))

    def number(self, expression: Expression) -> StatementPiece:
        """Return a number in the form of arithmetic."""
        if expression.piece is None:
            return self._composer.piece("sta_number", value=self._composer.value(expression.value))
        if expression.kind is Kind.NUMERIC:
            return expression.piece
        return self._composer.piece("sta_number", value=expression.piece)

    def compare(self, operator: str, left: Expression, right: Expression) -> StatementPiece:
        """Return a comparison by `eq ne lt le gt` or `ge`. Raises SensorThingsError for what cannot be compared."""
        if Kind.NOTHING in (left.kind, right.kind):
            return self._compare_nothing(operator, left, right)
        if left.kind in NUMBERS and right.kind in NUMBERS:
            one, other = self._numbers(left, right)
        else:
            one, other = self._others(operator, *_at_midnight(left, right))
        return self._composer.piece(f"sta_{operator}", left=one, right=other)

    def _compare_nothing(self, operator: str, left: Expression, right: Expression) -> StatementPiece:
        """Compare with null. Only the written one has a value to compare; a member that no row has is unknown."""
        operand = right if left.kind is Kind.NOTHING else left
        is_written = any(one.kind is Kind.NOTHING and one.is_given for one in (left, right))
        if operator not in ("eq", "ne") or not is_written:
            return self._composer.piece("sta_unknown")
        if operand.kind is Kind.NOTHING or operand.is_given:
            is_null = operand.kind is Kind.NOTHING
            piece = self._composer.piece("sta_true")
            return piece if is_null == (operator == "eq") else self._composer.piece("sta_not", operand=piece)
        name = "sta_null" if operator == "eq" else "sta_not_null"
        return self._composer.piece(name, operand=self.bind(operand))

    def _numbers(self, left: Expression, right: Expression) -> tuple[StatementPiece, StatementPiece]:
        """Bring two numbers into one form: that of a column where it is exact, so that an index can be used."""
        forms = {one.kind for one in (left, right) if not one.is_given}
        given = [one.value for one in (left, right) if isinstance(one.value, Decimal)]
        if len(given) < 2 and Kind.NUMERIC not in forms:
            if forms == {Kind.INTEGER} and all(_is_whole(value) and abs(value) < LARGEST_KEY for value in given):
                return self._as(left, "sta_integer", int), self._as(right, "sta_integer", int)
            if Kind.FLOAT in forms and all(not _is_whole(value) or abs(value) <= LARGEST_WHOLE for value in given):
                return self._as(left, "sta_float", float), self._as(right, "sta_float", float)
        return self.number(left), self.number(right)

    def _as(self, expression: Expression, name: str, form: type[int] | type[float]) -> StatementPiece:
        if expression.piece is not None or not isinstance(expression.value, Decimal):
            return self.bind(expression)
        return self._composer.piece(name, value=self._composer.value(form(expression.value)))

    def _others(self, operator: str, left: Expression, right: Expression) -> tuple[StatementPiece, StatementPiece]:
        if left.kind is not right.kind:
            raise bad(f"$filter compares a {left.kind} with a {right.kind}. Compare what is of one kind.")
        if left.kind is Kind.TRUTH and operator not in ("eq", "ne"):
            raise bad("$filter asks which of two truths is larger. Use eq or ne.")
        if left.kind in (Kind.PLACE, Kind.SHAPE, Kind.PERIOD):
            raise bad(f"$filter compares a {left.kind}. Use a function, such as st_within or during.")
        one, other = self.bind(left), self.bind(right)
        if left.kind is Kind.TEXT and operator not in ("eq", "ne"):
            one = self._composer.piece("sta_plain_order", text=one)
        return one, other


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _at_midnight(left: Expression, right: Expression) -> tuple[Expression, Expression]:
    """Read a day that is compared with a moment as its beginning, UTC."""
    if {left.kind, right.kind} == {Kind.TIME, Kind.DATE}:
        left, right = (_midnight(one) for one in (left, right))
    return left, right


def _midnight(expression: Expression) -> Expression:
    if isinstance(expression.value, date) and not isinstance(expression.value, datetime):
        return Expression(Kind.TIME, value=datetime.combine(expression.value, time(), UTC))
    return expression
