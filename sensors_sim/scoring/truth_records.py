"""The truth as its file holds it, record by record: what happened, and what the rules ought to say to it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from sensors_sim.errors import TruthError


class Wanted(msgspec.Struct, frozen=True):
    """One alert that ought to be raised: since when it is true, and when the first report was made that says so."""

    rule: str
    severity: int
    sensor: str
    since: datetime
    reported: datetime


class TrueIncident(msgspec.Struct, frozen=True, tag="incident"):
    """One incident of a truth file."""

    name: str
    start: datetime
    end: datetime
    sensors: tuple[str, ...]
    expected: tuple[Wanted, ...]
    must_not: tuple[str, ...]


class ScoredFault(msgspec.Struct, frozen=True, tag="fault"):
    """One fault of a truth file."""

    kind: str
    sensor: str
    start: datetime
    end: datetime


class Start(msgspec.Struct, frozen=True, tag="start"):
    """The first line."""

    at: datetime
    sensors: int


class Ledger(msgspec.Struct, frozen=True, tag="ledger"):
    """What became of one device's reports."""

    sensor: str
    stored: int  # readings
    resent: int  # reports
    dead_lettered: int  # messages
    missing: int  # reports
    restarts: int


class End(msgspec.Struct, frozen=True, tag="end"):
    """The last line."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth file."""

    start: datetime
    end: datetime
    sensors: int
    incidents: tuple[TrueIncident, ...] = ()
    faults: tuple[ScoredFault, ...] = ()
    ledger: tuple[Ledger, ...] = ()


def read_truth(path: Path) -> Truth:
    """Read a truth file; one that was cut off ends with its last incident. Raises TruthError."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise TruthError(f"{path} cannot be read ({error.strerror}). Correct the path.") from error
    found: list[Any] = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(msgspec.json.decode(line, type=TrueIncident | ScoredFault | Start | Ledger | End))
        except msgspec.MsgspecError as error:
            raise TruthError(f"{path}, line {number}: {error}. {TruthError.__doc__}") from error
    starts = [one for one in found if isinstance(one, Start)]
    if not starts:
        raise TruthError(f"{path} has no line of type start. {TruthError.__doc__}")
    incidents = tuple(one for one in found if isinstance(one, TrueIncident))
    ends = [one.at for one in found if isinstance(one, End)] or [one.end for one in incidents] or [starts[0].at]
    faults = tuple(one for one in found if isinstance(one, ScoredFault))
    ledger = tuple(one for one in found if isinstance(one, Ledger))
    return Truth(starts[0].at, max(ends), starts[0].sensors, incidents, faults, ledger)
