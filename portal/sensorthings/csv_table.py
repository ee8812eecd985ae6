"""A set as a table of CSV. Pure."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cityops.imports.files.cells import is_formula


def write_table(rows: Sequence[Mapping[str, Any]], *, names: Sequence[str], has_head: bool = True) -> str:
    """Return rows as CSV (RFC 4180). A text that a spreadsheet would take for a formula stands behind an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    if has_head:
        writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return text.getvalue()


def names_in(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns of some rows, in the order in which they come up."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _cell(value: object) -> object:
    if isinstance(value, str) and is_formula(value):
        return f"'{value}"
    return "" if value is None else value


def flat_members(value: Mapping[str, Any], place: object, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the members of an entity; its geometry stands beside them, and links lead nowhere in a table."""
    for name, member in value.items():
        path = before + name
        if "@iot." in name and name not in ("@iot.id", "@iot.selfLink"):
            continue
        if isinstance(member, Mapping) and (place is None or dict(member) != place):
            yield from flat_members(member, place, f"{path}/")
        elif isinstance(member, list) and any(isinstance(one, Mapping) for one in member):
            for number, one in enumerate(member):
                yield from flat_members(one, place, f"{path}/{number}/")
        elif not isinstance(member, Mapping):
            yield path, ";".join(map(str, member)) if isinstance(member, list) else member
