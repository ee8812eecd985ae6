"""An index with its working, as a table that an analyst can follow. Pure."""

from dataclasses import dataclass

from dashboard import theme


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a working. `leads` marks what decided the result; `keys`: of the cells that are figures, else ""."""

    cells: tuple[str, ...]
    leads: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Working:
    """A result, and how it comes about. `colour` and `ink` are those of its level; `note` says what it is not."""

    name: str
    value: str
    level: str
    colour: str
    ink: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str


def no_working(name: str, sentence: str) -> Working:
    """Return an index that cannot be reckoned, with the sentence that says what to do."""
    return Working(name, "–", "", theme.STATE_COLOURS[theme.DotState.STALE], theme.BACKGROUND, (), (), sentence)
