"""The scenes of a wall: what there is to look at, and for how long. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Self

from cityops.scope import Scope


class SceneKind(StrEnum):
    """The kinds of scenes."""

    OVERVIEW = "overview"
    DOMAIN = "domain"  # subject: its name, which is the whole name of the scene
    CASES = "cases"
    DISTRICT = "district"  # subject: its code
    INCIDENT = "incident"  # subject: the alert's id


DWELL = {
    SceneKind.OVERVIEW: timedelta(seconds=60),
    SceneKind.DOMAIN: timedelta(seconds=30),
    SceneKind.CASES: timedelta(seconds=30),
    SceneKind.DISTRICT: timedelta(seconds=20),
    SceneKind.INCIDENT: timedelta(seconds=30),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing to look at."""

    kind: SceneKind
    subject: str = ""

    @property
    def name(self) -> str:
        """As in an address: `overview`, the name of a domain, `district:990101`."""
        if self.kind is SceneKind.DOMAIN:
            return self.subject
        return f"{self.kind}:{self.subject}" if self.subject else str(self.kind)

    def lies_in(self, scope: Scope) -> bool:
        """Whether its domain, if it is of one, is among those of a scope. Its subject is looked for in the database."""
        return self.kind is not SceneKind.DOMAIN or scope.has_domain(self.subject)

    @classmethod
    def parse(cls, name: str, domains: Collection[str]) -> Self:
        """Return the scene of a name; `domains` are the city's. Raises ValueError."""
        if name in domains:
            return cls(SceneKind.DOMAIN, name)
        kind, _, subject = name.partition(":")
        if kind == SceneKind.DOMAIN:
            raise ValueError(f"{name!r} is no scene. Give the name of a domain alone.")
        scene = cls(SceneKind(kind), subject)
        if (scene.kind in (SceneKind.DISTRICT, SceneKind.INCIDENT)) != bool(subject) or (
            subject and not subject.isdigit()
        ):
            raise ValueError(f"{name!r} is no scene. Give overview, a domain, cases, district:CODE or incident:ID.")
        return scene
