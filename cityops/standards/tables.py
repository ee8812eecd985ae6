"""What cities decide and what is not certain: tables in `cityops/data/standards.toml`, each with its source.

A city replaces a table with its own file, named by CITYOPS_STANDARDS_FILE.
"""

from pathlib import Path

import msgspec

from cityops.catalogue import Names
from cityops.errors import CityOpsError
from cityops.standards.warnings import Colour
from cityops.tables import load_tables, rises

BUILT_IN = Path(__file__).parent.parent / "data" / "standards.toml"


class StandardsError(CityOpsError):
    """The tables of the standards cannot be used. Correct the named entry and start again."""


class RainSignal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many millimetres within so many hours give a colour (1 red to 4 blue)."""

    colour: Colour
    hours: int
    millimetres: float


class RainstormTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table of rainstorm signals."""

    source: str | Names
    signals: tuple[RainSignal, ...]


class TpiTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The recommended conversion: (percent of jammed kilometres, index), rising; and the weight of each class."""

    source: str | Names
    points: tuple[tuple[float, float], ...]
    driven: dict[str, float]


class Standards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All tables."""

    rainstorm: RainstormTable
    tpi: TpiTable


def source_in(table: RainstormTable | TpiTable, language: str) -> str:
    """Return where a table is from; a city's own file may say it once for both languages."""
    return table.source if isinstance(table.source, str) else table.source.in_language(language)


def load_standards(own: Path | None = None) -> Standards:
    """Load the built-in tables with the city's own on top. Raises StandardsError naming the entry."""
    standards = load_tables(Standards, BUILT_IN, own, setting="CITYOPS_STANDARDS_FILE", error=StandardsError)
    if not rises(standards.tpi.points):
        raise StandardsError(f"{own or BUILT_IN}: tpi.points must rise. Give percent and index, lowest first.")
    return standards
