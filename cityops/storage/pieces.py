"""Statements put together of named pieces: for questions whose form strangers choose, as a filter of an open API.

Every piece of text stands in a `.sql` file under a name, with slots in braces; slots take other pieces only. Whoever
composes has names, pieces and values, and no way to have a text become SQL: values are bound, names of columns are
quoted and are those of our own tables. See docs/decisions/0138-filters-are-composed-of-named-pieces.md.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from cityops.storage.queries import load_queries

_SLOT = re.compile(r"\{([a-z_]+)\}")
_COMMENT = re.compile(r"^--.*\n?", re.MULTILINE)
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class StatementPiece:
    """A part of a statement, or a whole one: made by a Composer, and good only with the values of that one."""

    text: str


class Composer:
    """Puts one statement together, or some with the same values. `values` are to be bound when it is run."""

    def __init__(self, package: str) -> None:
        self._pieces = _pieces(package)
        self.values: dict[str, object] = {}
        self._aliases = 0

    def piece(self, name: str, **parts: StatementPiece) -> StatementPiece:
        """Return a named piece with its slots filled. KeyError for an unknown name, or a slot that is left open."""
        return StatementPiece(_SLOT.sub(lambda slot: parts[slot[1]].text, self._pieces[name]))

    def value(self, value: object) -> StatementPiece:
        """Return the place of a value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return StatementPiece(f"%({name})s")

    def alias(self) -> str:
        """Return a new name for a relation within the statement."""
        self._aliases += 1
        return f"t{self._aliases}"

    def relation(self, schema: str, name: str, alias: str) -> StatementPiece:
        """Return a relation under an alias, for a FROM."""
        return StatementPiece(f"{_quoted(schema)}.{_quoted(name)} AS {_quoted(alias)}")

    def column(self, alias: str, name: str) -> StatementPiece:
        """Return a column of a relation."""
        return StatementPiece(f"{_quoted(alias)}.{_quoted(name)}")

    def named(self, piece: StatementPiece, name: str) -> StatementPiece:
        """Return what a SELECT shows under a name."""
        return StatementPiece(f"{piece.text} AS {_quoted(name)}")

    def listed(self, pieces: Iterable[StatementPiece]) -> StatementPiece:
        """Return pieces with commas between them."""
        return StatementPiece(", ".join(piece.text for piece in pieces))


@cache
def _pieces(package: str) -> Mapping[str, str]:
    """Return the statements of a package without their comments."""
    return {name: _COMMENT.sub("", text).strip() for name, text in load_queries(package).items()}


def _quoted(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of ours")
    return f'"{name}"'
