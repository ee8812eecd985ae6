"""How much of the city an account sees: some domains, some areas. The database enforces it, see decision 0018."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cityops.errors import CityOpsError

EVERYTHING = "*"
_AREA = re.compile(r"[0-9]{1,32}")
_DEPARTMENT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_DOMAIN = re.compile(r"[a-z][a-z_]*")


class ScopeError(CityOpsError):
    """The scope cannot be stored. Give domains of the catalogue and codes of areas, or none for the whole city."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`domains` and `areas` (codes; each with all that lies in it); None means all of them.

    `department` opens the cases in which it has a task, wherever they lie; "" is none.
    """

    domains: tuple[str, ...] | None = None
    areas: tuple[str, ...] | None = None
    department: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is hidden."""
        return self.domains is None and self.areas is None

    @property
    def only_area(self) -> str:
        """The one area in which everything lies that is seen; "" where a department or a second area opens more."""
        return self.areas[0] if self.areas is not None and len(self.areas) == 1 and not self.department else ""

    def covers(self, other: "Scope") -> bool:
        """Whether another scope lies wholly in this one."""
        of_domains = self.domains is None or (other.domains is not None and set(other.domains) <= set(self.domains))
        of_areas = self.areas is None or (other.areas is not None and all(map(self._has_area, other.areas)))
        of_department = self.areas is None or other.department in ("", self.department)
        return of_domains and of_areas and of_department

    def has_domain(self, domain: str) -> bool:
        """Whether something of a domain may be seen."""
        return self.domains is None or domain in self.domains

    def reaches(self, area: str) -> bool:
        """Whether something of an area ("": of the whole city) may be seen."""
        return self.areas is None or any(code.startswith(area) or area.startswith(code) for code in self.areas)

    def _has_area(self, code: str) -> bool:
        return self.areas is None or code.startswith(self.areas)

    @property
    def settings(self) -> dict[str, str]:
        """The settings that the views of the schema `scoped` read."""
        if self.department and not _DEPARTMENT.fullmatch(self.department):
            raise ScopeError
        return {"domains": _setting(self.domains), "areas": _setting(self.areas), "department": self.department}


WHOLE = Scope()


def make_scope(domains: Iterable[str], areas: Iterable[str], *, known: Iterable[str]) -> Scope:
    """Return the scope of some domains out of `known` and some areas; empty means all. Raises ScopeError."""
    wanted, codes = sorted(set(domains)), sorted(set(areas))
    strange = [name for name in wanted if name not in set(known)] + [code for code in codes if not is_area(code)]
    if strange:
        raise ScopeError(f"{strange[0]!r} is neither a domain nor the code of an area. {ScopeError.__doc__}")
    return Scope(tuple(wanted) or None, tuple(codes) or None)


def is_area(code: str) -> bool:
    """Whether a text can be the code of an area."""
    return _AREA.fullmatch(code) is not None


def _setting(values: tuple[str, ...] | None) -> str:
    if values is None:
        return EVERYTHING
    if not all(_AREA.fullmatch(value) or _DOMAIN.fullmatch(value) for value in values):
        raise ScopeError
    return ",".join(values)
