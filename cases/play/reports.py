"""What is reported in the demo: by collectors at their rounds, and by people who call. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from cases.catalogue.categories import CaseCatalogue, CaseCategory, CategoryKind
from cases.life.details import CaseType, Report
from cases.life.posts import CaseActor, Post
from cases.play.cast import someone
from cases.store.case_store import CasePlace

LEAST_A_DAY, MOST_A_DAY = 8, 16
BY_DAY = (7, 21)  # the hours in which most is reported
CALLED = 0.3  # of all
EVENTS = 0.7  # of all


@dataclass(frozen=True, slots=True)
class Spot:
    """Somewhere in the city. `name`: of what stands there."""

    area: str
    longitude: float
    latitude: float
    name: str


@dataclass(frozen=True, slots=True)
class NewCase:
    """Something that somebody reports."""

    at: datetime
    actor: CaseActor
    said: Report
    place: CasePlace


def reports_of_day(
    day: date, *, seed: int, catalogue: CaseCatalogue, spots: Sequence[Spot], zone: ZoneInfo
) -> Iterator[NewCase]:
    """Yield what is reported on a day of the city; the same seed says the same."""
    chance = Random(f"{seed}/{day}")  # noqa: S311  (a story, no secret)
    for _ in range(chance.randint(LEAST_A_DAY, MOST_A_DAY)):
        hours = chance.uniform(*BY_DAY) if chance.random() < 0.85 else chance.uniform(0, 24)
        at = datetime.combine(day, time(), zone) + timedelta(hours=hours)
        yield new_case(at, chance, catalogue, spots)


def new_case(at: datetime, chance: Random, catalogue: CaseCatalogue, spots: Sequence[Spot]) -> NewCase:
    """Return something that is reported at a moment."""
    kind = CategoryKind.EVENT if chance.random() < EVENTS else CategoryKind.COMPONENT
    category = chance.choice([one for one in catalogue.categories.values() if one.kind is kind])
    spot = chance.choice(spots)
    is_called = chance.random() < CALLED
    actor = someone(Post.ACCEPTOR if is_called else Post.COLLECTOR, chance)
    said = Report(
        source="hotline" if is_called else "collector",
        kind=CaseType.COMPLAIN if is_called else CaseType.CASE,
        area=spot.area,
        category=category.key,
        callers=int(is_called),
    )
    return NewCase(at, actor, said, _place(category, spot, chance))


def _place(category: CaseCategory, spot: Spot, chance: Random) -> CasePlace:
    condition = chance.choice(category.standards).condition_zh
    # A few metres beside what stands there.
    longitude, latitude = (value + chance.uniform(-0.0004, 0.0004) for value in (spot.longitude, spot.latitude))
    return CasePlace(f"{category.name_zh}：{condition}", f"{spot.name}附近", longitude, latitude)
