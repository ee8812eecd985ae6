"""From the syntax tree of a `$filter` to a condition of SQL, over the columns that `entities.py` names. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from odata_query import ast

from cityops.storage.pieces import Composer, StatementPiece
from portal.sensorthings.entity.entities import EPOCH, is_observations, target_of
from portal.sensorthings.entity.model import NUMBERS, Kind
from portal.sensorthings.errors import bad
from portal.sensorthings.filtering.calls import Calls
from portal.sensorthings.filtering.expressions import COMPARISONS, Arithmetic, Expression
from portal.sensorthings.filtering.filter_text import parse_filter
from portal.sensorthings.filtering.literals import read_literal
from portal.sensorthings.filtering.property_paths import PathReader, Range, names_of, prefix_to_many, prefix_to_one
from portal.sensorthings.filtering.trees import paths_in, put_variable
from portal.sensorthings.paths import read_observation_id

MOST_OPERATIONS = 20  # of arithmetic in one filter
MOST_IN_LIST = 100
LONGEST_SPAN = timedelta(days=36_525)
LARGEST, MOST_DIGITS = Decimal("1e300"), 60
LARGEST_PLACE = 1_000_000  # in a text
NEVER = "$filter cannot use {} here."


def write_filter(text: str, composer: Composer, around: Range, *, now: datetime) -> StatementPiece:
    """Return the condition that a filter means for the entities of a range. Raises SensorThingsError."""
    return _Filter(composer, now).truth(parse_filter(text), around, is_plain=True)


class _Filter:
    """Walks one tree."""

    def __init__(self, composer: Composer, now: datetime) -> None:
        self._composer = composer
        self._calls = Calls(composer, now=now)
        self._paths = PathReader(composer)
        self._arithmetic = Arithmetic(composer)
        self._operations = 0

    # Conditions

    def truth(self, node: ast._Node, around: Range, *, is_plain: bool) -> StatementPiece:
        """Return a condition. `is_plain`: only whether it is true matters, so that false and unknown may be one."""
        if isinstance(node, ast.BoolOp):
            name = "sta_and" if isinstance(node.op, ast.And) else "sta_or"
            left, right = (self.truth(one, around, is_plain=is_plain) for one in (node.left, node.right))
            return self._composer.piece(name, left=left, right=right)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self._composer.piece("sta_not", operand=self.truth(node.operand, around, is_plain=False))
        if isinstance(node, ast.CollectionLambda):
            return self._lambda(node, around)
        prefix = self._prefix(node, around, is_plain=is_plain)
        if prefix:
            return self._any(prefix, put_variable(node, prefix), around)
        found = self._compare(node, around) if isinstance(node, ast.Compare) else self.expression(node, around)
        if found.kind is Kind.NOTHING:
            return self._composer.piece("sta_unknown")
        if found.kind is not Kind.TRUTH or found.piece is None:
            raise bad(f"$filter wants a condition, and has a {found.kind}.")
        return found.piece

    def _prefix(self, node: ast._Node, around: Range, *, is_plain: bool) -> tuple[str, ...]:
        """Return the relation under which a comparison is asked: `Datastreams/name eq 'x'` means that one is so.

        What is all asked of one entity at the other end of a relation to one is asked there too: that lets the database
        begin at that end.
        """
        paths = paths_in(node)
        many = {prefix_to_many(path, around) for path in paths} - {()}
        if len(many) > 1:
            raise bad("$filter compares members of several sets. Use any(x: …).")
        if many:
            return many.pop()
        single = {prefix_to_one(path, around) for path in paths}
        return single.pop() if is_plain and len(single) == 1 else ()

    def _lambda(self, node: ast.CollectionLambda, around: Range) -> StatementPiece:
        names, every = names_of(node.owner), isinstance(node.operator, ast.All)
        if node.lambda_ is None:
            if every:
                raise bad("all() in $filter wants a condition, as all(x: x/result gt 5).")
            return self._exists("sta_any", names, around, lambda _: self._composer.piece("sta_true"))
        variable, condition = node.lambda_.identifier.name, node.lambda_.expression
        return self._exists(
            "sta_all" if every else "sta_any",
            names,
            around,
            lambda inner: self.truth(condition, _with(around, variable, inner), is_plain=True),
        )

    def _any(self, names: tuple[str, ...], condition: tuple[str, ast._Node], around: Range) -> StatementPiece:
        variable, node = condition
        return self._exists(
            "sta_any", names, around, lambda inner: self.truth(node, _with(around, variable, inner), is_plain=True)
        )

    def _exists(
        self, piece: str, names: tuple[str, ...], around: Range, write: Callable[[Range], StatementPiece]
    ) -> StatementPiece:
        own, relation = self._paths.own_key(names, around)
        inner = Range(target_of(relation), self._composer.alias())
        return self._composer.piece(
            piece,
            relation=self._paths.relation(inner),
            theirs=self._composer.column(inner.alias, relation.theirs),
            own=own,
            condition=write(inner),
        )

    def _compare(self, node: ast.Compare, around: Range) -> Expression:
        if isinstance(node.comparator, ast.In):
            return self._in(node, around)
        operator = COMPARISONS[type(node.comparator).__name__]
        left, right = self.expression(node.left, around), self.expression(node.right, around)
        piece = self._observation(node, right, around) if operator == "eq" else None
        return Expression(Kind.TRUTH, piece or self._arithmetic.compare(operator, left, right))

    def _observation(self, node: ast.Compare, right: Expression, around: Range) -> StatementPiece | None:
        """Look an Observation up by its key, where its id is compared with a given one; None where it is not."""
        if not (isinstance(node.left, ast.Identifier | ast.Attribute) and isinstance(right.value, str)):
            return None
        current, rest = around.start(names_of(node.left))
        if rest != ("id",) or not is_observations(current.entity):
            return None
        key = read_observation_id(right.value)
        if key is None:
            return self._composer.piece("sta_not", operand=self._composer.piece("sta_true"))
        moment = EPOCH + timedelta(microseconds=key[1])
        series = Expression(Kind.INTEGER, self._composer.column(current.alias, "series_id"))
        time = Expression(Kind.TIME, self._composer.column(current.alias, "time"))
        return self._composer.piece(
            "sta_and",
            left=self._arithmetic.compare("eq", series, Expression(Kind.INTEGER, value=Decimal(key[0]))),
            right=self._arithmetic.compare("eq", time, Expression(Kind.TIME, value=moment)),
        )

    def _in(self, node: ast.Compare, around: Range) -> Expression:
        members: Sequence[ast._Node] = node.right.val if isinstance(node.right, ast.List) else ()
        if not members or len(members) > MOST_IN_LIST:
            raise bad(f"A list in $filter has 1 to {MOST_IN_LIST} members.")
        each = [self._compare(ast.Compare(ast.Eq(), node.left, one), around).piece for one in members]
        found: StatementPiece | None = None
        for piece in each:
            assert piece is not None  # noqa: S101  (a comparison is always a piece)
            found = piece if found is None else self._composer.piece("sta_or", left=found, right=piece)
        return Expression(Kind.TRUTH, found)

    # Values

    def expression(self, node: ast._Node, around: Range) -> Expression:
        """Return what a node is. Raises SensorThingsError for what a filter cannot have."""
        if isinstance(node, ast.Identifier | ast.Attribute):
            return self._paths.read(names_of(node), around)
        if isinstance(node, ast._Literal):
            return read_literal(node, self._composer)
        if isinstance(node, ast.BinOp):
            return self._binary(node, around)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            operand = self._number(self.expression(node.operand, around))
            return Expression(Kind.NUMERIC, self._composer.piece("sta_minus", operand=operand))
        if isinstance(node, ast.Call):
            return self._call(node, around)
        if isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.CollectionLambda):
            return Expression(Kind.TRUTH, self.truth(node, around, is_plain=False))
        raise bad(NEVER.format(type(node).__name__))

    def _binary(self, node: ast.BinOp, around: Range) -> Expression:
        self._operations += 1
        if self._operations > MOST_OPERATIONS:
            raise bad(f"$filter counts with more than {MOST_OPERATIONS} operations.")
        left, right = self.expression(node.left, around), self.expression(node.right, around)
        name = {"Add": "add", "Sub": "sub", "Mult": "mul", "Div": "div", "Mod": "mod"}[type(node.op).__name__]
        if Kind.NOTHING in (left.kind, right.kind):
            return Expression(Kind.NOTHING, self._composer.piece("sta_unknown"))
        if left.kind in NUMBERS and right.kind in NUMBERS:
            piece = self._composer.piece(f"sta_{name}", left=self._number(left), right=self._number(right))
            return Expression(Kind.NUMERIC, piece)
        gives = {
            ("add", Kind.TIME, Kind.SPAN): Kind.TIME,
            ("sub", Kind.TIME, Kind.SPAN): Kind.TIME,
            ("sub", Kind.TIME, Kind.TIME): Kind.SPAN,
        }.get((name, left.kind, right.kind))
        if gives is None:
            raise bad(f"$filter counts with a {left.kind} and a {right.kind}. Count with numbers, or with times.")
        one, other = self._arithmetic.bind(left), self._arithmetic.bind(right)
        return Expression(gives, self._composer.piece(f"sta_{name}", left=one, right=other))

    def _number(self, expression: Expression) -> StatementPiece:
        if expression.kind not in NUMBERS:
            raise bad(f"$filter wants a number, and has a {expression.kind}.")
        return self._arithmetic.number(expression)

    def _call(self, node: ast.Call, around: Range) -> Expression:
        name = ".".join((*node.func.namespace, node.func.name)).lower()
        return self._calls.call(name, [self.expression(one, around) for one in node.args])


def _with(around: Range, variable: str, inner: Range) -> Range:
    return Range(around.entity, around.alias, {**around.variables, variable: inner})
