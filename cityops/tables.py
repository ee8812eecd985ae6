"""Tables of numbers from a TOML file: those that come with the product, with the city's own on top."""

import itertools
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from cityops.errors import CityOpsError

Tables = TypeVar("Tables")


def load_tables(
    kind: type[Tables], built_in: Path, own: Path | None, *, setting: str, error: type[CityOpsError]
) -> Tables:
    """Load the built-in tables, each replaced by the city's own of its name. Raises `error` naming the entry.

    `setting` is the environment variable that names the city's file.
    """
    try:
        tables = tomllib.loads(built_in.read_text(encoding="utf-8"))
        if own is not None:
            tables |= tomllib.loads(own.read_text(encoding="utf-8"))
        return msgspec.convert(tables, kind)
    except OSError as failure:
        raise error(f"{own} cannot be read ({failure.strerror}). Correct {setting}.") from failure
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as failure:
        raise error(f"{own or built_in}: {failure}. Correct the entry and start again.") from failure


def rises(points: Sequence[tuple[float, float]]) -> bool:
    """Whether a table of two columns has two entries or more, and its first column rises."""
    return len(points) >= 2 and not any(low[0] >= high[0] for low, high in itertools.pairwise(points))
