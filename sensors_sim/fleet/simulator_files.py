"""`simulator.toml` of the domains: where their kinds stand, how their values go, what goes wrong. Data, no physics.

docs/reference/domains.md explains every field. A domain without such a file is simulated too, only more plainly.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from cityops.catalogue import Catalogue
from sensors_sim.errors import SimulatorFileError
from sensors_sim.models.course import Course

NAME = "simulator.toml"
SCENARIOS = "scenarios"  # the folder of a domain's scenarios


class SimulatedKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How devices of a kind are numbered, named, placed and how common they are; the courses of its metrics."""

    prefix: str
    label: str
    weight: float
    where: str
    course: Mapping[str, Course] = {}


class SimulatorFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file, or those of all domains together. Incidents and answers are read where they are used."""

    kind: Mapping[str, SimulatedKind] = {}
    incident: Mapping[str, dict[str, Any]] = {}
    answer: tuple[dict[str, Any], ...] = ()


def read_simulator_files(catalogue: Catalogue) -> SimulatorFile:
    """Return what the domains of a catalogue say, together. Raises SimulatorFileError naming file and field."""
    return _read(tuple(catalogue.folders.values()))


@lru_cache(maxsize=16)
def _read(folders: tuple[Path, ...]) -> SimulatorFile:
    kinds: dict[str, SimulatedKind] = {}
    incidents: dict[str, dict[str, Any]] = {}
    answers: list[dict[str, Any]] = []
    for path in (folder / NAME for folder in folders):
        if path.is_file():
            one = _convert(path)
            kinds |= one.kind
            incidents |= one.incident
            answers += one.answer
    return SimulatorFile(kinds, incidents, tuple(answers))


def _convert(path: Path) -> SimulatorFile:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), SimulatorFile)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SimulatorFileError(f"{path}: {error}. {SimulatorFileError.__doc__}") from error
