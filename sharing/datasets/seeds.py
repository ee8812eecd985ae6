"""The sets that a city has by itself: readings and hours of each kind of sensor, and those of every city. Pure."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from cityops.catalogue import Catalogue, Names
from sharing.datasets.data_set import DataSet, DataSetDecision, Subject, UpdateCycle
from sharing.datasets.grades import DataLevel, Grades, OpenType, ShareType


class Pattern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Title and notes of a set; of kinds of sensors with `{kind}` for its name."""

    title: Names
    notes: Names
    cycle: UpdateCycle
    personal: bool = False


class Demo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the demo decides: who provides what of a domain or a subject, on what terms, and what it keeps closed."""

    provider: Mapping[str, str]
    supervisor: str
    licence: str
    basis: str
    closed: frozenset[Subject]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    of_kind: Mapping[Subject, Pattern]
    of_city: Mapping[Subject, Pattern]
    demo: Demo


@cache
def shipped() -> _File:
    """Return what comes with the product."""
    text = files("sharing").joinpath("data", "sets.toml").read_bytes()
    return msgspec.toml.decode(text, type=_File)


def sets_of(catalogue: Catalogue) -> list[DataSet]:
    """Return the sets of a city with this catalogue, undecided."""
    of_kinds = [
        _set(f"{subject}-{name}", subject, pattern, kind=name, names=kind.name)
        for name, kind in catalogue.kind.items()
        for subject, pattern in shipped().of_kind.items()
    ]
    return of_kinds + [_set(subject.value, subject, pattern) for subject, pattern in shipped().of_city.items()]


def decide_for_demo(data_set: DataSet, catalogue: Catalogue) -> DataSetDecision:
    """Return what the demo decides about a set, so that a presenter has something to show."""
    demo = shipped().demo
    kind = catalogue.kind.get(data_set.kind or "")
    closed = data_set.subject in demo.closed
    grades = Grades(
        ShareType.UNCONDITIONAL if not closed else ShareType.CONDITIONAL,
        "" if not closed else demo.basis,
        OpenType.CLOSED if closed else OpenType.OPEN,
        DataLevel.GENERAL,
        general_grade=2 if closed else 1,
        personal=data_set.decision.grades.personal,
    )
    return DataSetDecision(
        grades,
        data_set.decision.update_cycle,
        provider=demo.provider.get(kind.domain, demo.supervisor) if kind else demo.supervisor,
        category=kind.domain if kind else "",
        licence="" if closed else demo.licence,
        basis=demo.basis,
    )


def _set(
    name: str, subject: Subject, pattern: Pattern, *, kind: str | None = None, names: Names | None = None
) -> DataSet:
    def fill(text: Names) -> Names:
        return text if names is None else Names(text.zh.format(kind=names.zh), text.en.format(kind=names.en))

    undecided = DataSetDecision(Grades(personal=pattern.personal), pattern.cycle)
    return DataSet(name.lower(), subject, fill(pattern.title), fill(pattern.notes), undecided, kind)
