"""Small faults to put into the code: those of tests/mutations.toml, and ones drawn from a module's syntax. Pure."""

import ast
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import msgspec

_COMPARED: Mapping[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
}  # fmt: skip
_COMPUTED: Mapping[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"),
    ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"),
}  # fmt: skip


class MutantError(Exception):
    """A mutation does not fit the code any more. Adapt its entry in tests/mutations.toml."""


class Mutant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fault: in `file`, `find` (there once) becomes `replace`; one of `tests` must fail then."""

    name: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]

    def apply(self, text: str) -> str:
        """Return the faulty text. Raises MutantError where `find` is not there exactly once."""
        if text.count(self.find) != 1:
            raise MutantError(f"{self.name}: {self.file} has {text.count(self.find)} places that read {self.find!r}.")
        return text.replace(self.find, self.replace)


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """tests/mutations.toml: named mutants, and by module the tests that answer for mutants drawn from it."""

    mutation: tuple[Mutant, ...]
    model: Mapping[str, tuple[str, ...]]


def load(path: Path) -> Listed:
    """Read the list."""
    return msgspec.toml.decode(path.read_bytes(), type=Listed)


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes of a module, from and to, and what shall stand there."""

    start: int
    end: int
    text: str
    line: int

    def apply(self, source: bytes) -> bytes:
        """Return the faulty module."""
        return source[: self.start] + self.text.encode() + source[self.end :]


def draw(source: bytes, number: int, rng: random.Random) -> list[Edit]:
    """Return so many different edits of a module, or all there are: a comparison, sum, condition or number changed."""
    text = _Text(source)
    found = (_of_operator(node, text) or _of_value(node, text) for node in _computed(ast.parse(source)))
    edits = [edit for edit in found if edit is not None and _parses(edit.apply(source))]
    return sorted(rng.sample(edits, min(number, len(edits))), key=lambda edit: edit.start)


class _Text:
    """A module, and where its expressions are."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        lengths = [len(line) for line in source.splitlines(keepends=True)]
        self._starts = list(accumulate(lengths, initial=0))

    def begin(self, node: ast.expr) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset

    def replace(self, node: ast.expr, text: str) -> Edit:
        return Edit(self.begin(node), self.end(node), text, node.lineno)

    def between(self, left: ast.expr, right: ast.expr, old: str, new: str) -> Edit | None:
        """Another operator between two operands; brackets and line breaks around it stay."""
        place = self.source.find(old.encode(), self.end(left), self.begin(right))
        return Edit(place, place + len(old), new, left.lineno) if place >= 0 else None


def _of_operator(node: ast.expr, text: _Text) -> Edit | None:
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _COMPARED:
            return text.between(left, right, *_COMPARED[type(operator)])
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _COMPUTED:
            return text.between(left, right, *_COMPUTED[type(operator)])
        case ast.BoolOp(op=ast.And(), values=[left, right, *_]):
            return text.between(left, right, "and", "or")
        case ast.BoolOp(op=ast.Or(), values=[left, right, *_]):
            return text.between(left, right, "or", "and")
    return None


def _of_value(node: ast.expr, text: _Text) -> Edit | None:
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Edit(text.begin(node), text.begin(operand), "", node.lineno)
        case ast.Constant(value=bool(value)):
            return text.replace(node, str(not value))
        case ast.Constant(value=int(value) | float(value)):
            return text.replace(node, repr(value + 1))
    return None


def _parses(source: bytes) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _computed(tree: ast.AST) -> Iterator[ast.expr]:
    """The expressions that are computed: no annotation, no decorator, no guard of the code against itself."""
    if isinstance(tree, ast.keyword) and tree.arg == "strict":
        return
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list") or (
            name == "keywords" and isinstance(tree, ast.ClassDef)
        ):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.expr):
                yield child
            if isinstance(child, ast.AST):
                yield from _computed(child)
