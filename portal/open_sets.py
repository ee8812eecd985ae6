"""The data sets that everybody may have, as they are told in every catalogue. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cityops.catalogue import Names
from sharing.datasets.data_set import Subject, UpdateCycle
from sharing.datasets.quality import DataQuality


@dataclass(frozen=True, slots=True)
class SetField:
    """What is measured: the metric with its unit, "" for a number without one."""

    metric: str
    name: Names
    unit: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One way to get a set: `path` on this site. `size`: bytes; `digest`: SHA-256 in hex; None where it changes."""

    path: str
    form: str  # as CKAN calls it: CSV, GeoJSON, Parquet, JSON, HTML
    media_type: str
    modified: datetime
    size: int | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class OpenSet:
    """A set. `decided_at`: when it was opened, UTC; `kind`: of sensors, for readings and hours."""

    name: str
    subject: Subject
    kind: str | None
    title: Names
    notes: Names
    provider: str
    provider_name: Names
    update_cycle: UpdateCycle
    category: str
    general_grade: int | None
    licence: str
    decided_at: datetime
    fields: tuple[SetField, ...] = ()
    quality: DataQuality | None = None
    resources: tuple[Resource, ...] = ()

    @property
    def modified(self) -> datetime:
        """When what can be had of it changed last."""
        return max([self.decided_at, *(one.modified for one in self.resources)])

    @property
    def tags(self) -> tuple[str, ...]:
        """The words by which programs find it."""
        return tuple(dict.fromkeys(filter(None, (self.subject.value, self.category, *(f.metric for f in self.fields)))))


def find(sets: Sequence[OpenSet], text: str, wanted: Mapping[str, str]) -> list[OpenSet]:
    """Return the sets that have every word of a text in what is told of them, and every wanted value.

    `wanted`: by the names of CKAN's filters: name, organization, tags, license_id, res_format.
    """
    words = text.lower().split()
    return [one for one in sets if all(word in _told(one) for word in words) and _has(one, wanted)]


def _told(one: OpenSet) -> str:
    names = [one.title, one.notes, one.provider_name, *(field.name for field in one.fields)]
    return " ".join([one.name, *one.tags, *(f"{name.zh} {name.en}" for name in names)]).lower()


def _has(one: OpenSet, wanted: Mapping[str, str]) -> bool:
    values = {
        "name": {one.name},
        "organization": {one.provider},
        "tags": set(one.tags),
        "license_id": {one.licence},
        "res_format": {resource.form.lower() for resource in one.resources},
    }
    return all(value in values[key] or value.lower() in values[key] for key, value in wanted.items())
