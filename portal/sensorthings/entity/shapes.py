"""What an entity looks like as JSON, and how many rows are written in it at once. Pure.

A shape is the JSON itself, in which a function of a row stands wherever rows differ. All that is the same becomes one
template; of each row only the values are encoded, column by column, and objects of Python are made of none of it: ten
thousand series with their newest readings are twenty thousand entities.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from cityops.storage import Row

Value = Callable[[Row], object]  # a text, number, list or null; a moment in UTC
Shape = str | None | Value | Mapping[str, "Shape"] | list["Shape"]
encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Template:
    """JSON with a place for each value."""

    text: bytes
    values: tuple[Value, ...]

    def columns(self, rows: Sequence[Row]) -> list[list[bytes]]:
        """Return the values of all rows as JSON, place by place."""
        return [list(map(encode, map(value, rows))) for value in self.values]


def template_of(shape: Shape) -> Template:
    """Return the template of a shape."""
    values: list[Value] = []
    return Template(_write(shape, values).encode(), tuple(values))


def write_one(shape: Shape, row: Row) -> bytes:
    """Return the JSON of one row."""
    template = template_of(shape)
    return template.text % tuple(column[0] for column in template.columns([row]))


def _write(shape: Shape, values: list[Value]) -> str:
    if callable(shape):
        values.append(shape)
        return "%b"
    if isinstance(shape, Mapping):
        return f"{{{','.join(f'{_constant(name)}:{_write(member, values)}' for name, member in shape.items())}}}"
    if isinstance(shape, list):
        return f"[{','.join(_write(member, values) for member in shape)}]"
    return _constant(shape)


def _constant(value: str | None) -> str:
    return encode(value).decode().replace("%", "%%")
