"""Named queries: all SQL lives in `.sql` files, Python knows only the names.

A file holds statements, each under a line `-- name: some_name` and a comment that says what it is for.
Values are bound by name, as `%(sensor_id)s`. What several statements of a file have in common is written once, under a
line `-- part: some_part`, and stands where they say `/* part: some_part */`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from psycopg2.sql import SQL, Composed, Identifier

_HEADER = re.compile(r"^-- (?P<sort>name|part): (?P<name>[a-z][a-z0-9_]*)\s*$", re.MULTILINE)
_PART = re.compile(r"/\* part: ([a-z][a-z0-9_]*) \*/")
_COMMENT = re.compile(r"^--.*\n?", re.MULTILINE)


class Queries(Mapping[str, str]):
    """The statements of one package's `sql` folder, by name. An unknown name is a KeyError at once."""

    def __init__(self, statements: dict[str, str]) -> None:
        self._statements = statements

    def __getitem__(self, name: str) -> str:
        return self._statements[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)

    def __len__(self) -> int:
        return len(self._statements)


@cache
def load_queries(package: str) -> Queries:
    """Load every `.sql` file in the folder `sql` of a package, such as "alerts"."""
    statements: dict[str, str] = {}
    for file in sorted(files(package).joinpath("sql").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".sql"):
            for name, statement in split_statements(file.read_text(encoding="utf-8")):
                if name in statements:
                    raise ValueError(f"{package}/sql/{file.name}: the name {name} is used twice")
                statements[name] = statement
    return Queries(statements)


def split_statements(text: str) -> Iterator[tuple[str, str]]:
    """Yield (name, statement) for each `-- name:` header of a file, its parts in their places.

    Raises KeyError for a part that the file does not have.
    """
    headers = list(_HEADER.finditer(text))
    bodies = [
        text[header.end() : following.start() if following else len(text)].strip()
        for header, following in zip(headers, [*headers[1:], None], strict=True)
    ]
    parts = {
        header["name"]: _COMMENT.sub("", body)
        for header, body in zip(headers, bodies, strict=True)
        if header["sort"] == "part"
    }
    for header, body in zip(headers, bodies, strict=True):
        if header["sort"] == "name":
            yield header["name"], _PART.sub(lambda found: parts[found[1]], body)


def over(statement: str, **relations: str) -> Composed:
    """Put the names of relations into a statement's braces: `{rollup}` with rollup="reading_1h"."""
    return SQL(statement).format(**{name: Identifier(relation) for name, relation in relations.items()})
