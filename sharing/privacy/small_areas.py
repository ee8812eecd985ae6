"""Tables of small areas in which nobody stands alone: cells are merged upward until each holds k persons. Pure.

Each person counts once, so cells add up to their totals. What stays below k is hidden, and with it as much else as
keeps it from being computed from a total (secondary suppression).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

HOURS = 24
# The steps of merging, the finest first: by street or by district, and of how many hours a cell is.
LEVELS = (("street", 1), ("street", 6), ("district", 6), ("district", 24))


@dataclass(frozen=True, slots=True)
class PersonSighting:
    """One person's place and hour of the day (the city's clock)."""

    person: str
    district: str
    street: str
    hour: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of persons; None where it is hidden. `hours` is how many begin with `hour`."""

    district: str
    area: str
    hour: int
    hours: int
    persons: int | None


@dataclass(frozen=True, slots=True)
class SmallAreas:
    """What is published: the whole, the districts, the cells of each; what is hidden is None."""

    k: int
    total: int | None
    districts: Mapping[str, int | None]
    cells: tuple[Cell, ...]


def tabulate(
    sightings: Iterable[PersonSighting], districts: Sequence[str], streets: Mapping[str, str], k: int
) -> SmallAreas:
    """Return the table of some persons.

    `districts` and `streets` (each with its district) are all there are, so that no row tells by being there.
    A person with several sightings counts where the first one was; who was in no district counts nowhere.
    """
    known = set(districts)
    first: dict[str, PersonSighting] = {}
    for sighting in sightings:
        if sighting.district in known:
            first.setdefault(sighting.person, sighting)
    of_district = defaultdict[str, list[PersonSighting]](list)
    for sighting in first.values():
        of_district[sighting.district].append(sighting)
    total = len(first) if len(first) >= k or not first else None
    counts = {code: len(of_district[code]) for code in districts}
    shown = suppress(counts, k) if total is not None else dict.fromkeys(districts)
    cells: list[Cell] = []
    for code in districts:
        if shown[code] is None:
            cells.append(Cell(code, code, 0, HOURS, None))
        else:
            cells += _cells(code, of_district[code], sorted(name for name in streets if streets[name] == code), k)
    return SmallAreas(k, total, shown, tuple(cells))


def suppress(counts: Mapping[str, int], k: int) -> dict[str, int | None]:
    """Return the counts under a published total, with None for what is hidden.

    Hidden is what is below k and not nothing; then the smallest others, until those that are hidden (two at least, for
    one alone is below k) hold k persons together: the total tells no less vague a number than that.
    """
    hidden = {name for name, count in counts.items() if 0 < count < k}
    # Nobody is in a cell of 0: it hides nothing, and is taken last.
    others = sorted(counts.keys() - hidden, key=lambda name: (counts[name] == 0, counts[name], name))
    while hidden and others and sum(counts[name] for name in hidden) < k:
        hidden.add(others.pop(0))
    return {name: None if name in hidden else count for name, count in counts.items()}


def _cells(district: str, found: Sequence[PersonSighting], streets: Sequence[str], k: int) -> list[Cell]:
    """Return the cells of a district on the finest level on which each holds k persons or nobody.

    The coarsest is the district itself, whose number is shown: there is always one.
    """
    for kind, hours in LEVELS:
        areas = streets if kind == "street" else [district]
        counts = Counter((one.street if kind == "street" else district, one.hour // hours * hours) for one in found)
        places = [(area, hour) for area in areas for hour in range(0, HOURS, hours)]
        is_complete = set(counts) <= set(places)
        if is_complete and all(counts[place] >= k or counts[place] == 0 for place in places):
            break
    return [Cell(district, area, hour, hours, counts[area, hour]) for area, hour in places]
