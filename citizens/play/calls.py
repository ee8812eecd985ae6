"""Who calls about what, and when: seeded, in bursts after incidents, with duplicates and wrong places. Pure.

No person and no number is real: numbers begin with 100, as no telephone of the country does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from cases.life.details import CaseType
from cases.play.reports import Spot
from citizens.persons.contact import NOBODY, Contact
from citizens.play.stories import CallTrouble, Stories
from citizens.reports import Channel, NewReport

LEAST_A_DAY, MOST_A_DAY = 3, 6  # incidents that people call about
QUESTIONS_A_DAY = 3
RISES_FOR = 13  # days before the present in which one trouble comes more often in one street
RISING_A_DAY = 2.4
STREET_DIGITS = 9  # of an area code
# How often, of a hundred.
ANOTHER_CALLER, MOST_CALLERS = 45, 7
WRONG_PLACE, OUTSIDE, NO_PLACE, SENT_TWICE = 10, 2, 8, 5
WANTS_CALL, ASIDE, PUBLIC = 60, 15, 60
CHANNELS = (Channel.HOTLINE,) * 6 + (Channel.WEB,) * 3 + (Channel.OPEN311,)
SURNAMES = "王李张刘陈杨赵黄周吴"


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One report to come. `incident`: of all who call about one thing the same; "" for a question with its `answer`."""

    at: datetime
    report: NewReport
    incident: str = ""
    answer: str = ""
    is_public: bool = False  # whether somebody passes its text
    is_wrong: bool = False  # far from where it is: nobody knows that it is the same


def calls_of_day(
    day: date,
    *,
    today: date,
    seed: int,
    stories: Stories,
    spots: Sequence[Spot],
    zone: ZoneInfo,
    language: str,
) -> Iterator[PlannedCall]:
    """Yield the calls that begin on a day of the city; the same seed says the same."""
    chance = Random(f"{seed}/calls/{day}")  # noqa: S311  (a story, no secret)
    midnight = datetime.combine(day, time(), zone)
    weights = [one.often for one in stories.trouble]
    for _ in range(chance.randint(LEAST_A_DAY, MOST_A_DAY)):
        trouble = chance.choices(stories.trouble, weights)[0]
        at = midnight + timedelta(hours=chance.uniform(*trouble.hours))
        yield from calls_about(trouble, chance.choice(spots), at, chance, stories, language)
    for trouble, spot in _rising(day, today, seed, stories, spots, chance):
        at = midnight + timedelta(hours=chance.uniform(*trouble.hours))
        yield from calls_about(trouble, spot, at, chance, stories, language)
    for _ in range(chance.randint(0, 2 * QUESTIONS_A_DAY)):
        yield question(midnight + timedelta(hours=chance.uniform(8, 20)), chance, stories, language)


def calls_about(
    trouble: CallTrouble, spot: Spot, at: datetime, chance: Random, stories: Stories, language: str
) -> Iterator[PlannedCall]:
    """Yield the calls about one incident: the first one, and those of the next hours."""
    incident = f"{trouble.category}/{at.isoformat()}/{chance.random()}"
    callers = 1
    while callers < MOST_CALLERS and _happens(chance, ANOTHER_CALLER):
        callers += 1
    for _ in range(callers):
        call = _call(trouble, spot, at, chance, stories, language, incident)
        yield call
        if _happens(chance, SENT_TWICE) and call.report.device:
            yield replace(call, at=at + timedelta(seconds=20))
        at += timedelta(minutes=chance.expovariate(1 / 15))


def question(at: datetime, chance: Random, stories: Stories, language: str) -> PlannedCall:
    """Return a question that is answered at once."""
    asked, answer = chance.choice(stories.question).in_language(language)
    device = f"play-{chance.getrandbits(64):016x}"
    return PlannedCall(at, NewReport(Channel.HOTLINE, CaseType.CONSULT, asked, device=device), answer=answer)


def _call(
    trouble: CallTrouble, spot: Spot, at: datetime, chance: Random, stories: Stories, language: str, incident: str
) -> PlannedCall:
    place, is_wrong = _place(spot, chance)
    contact = _somebody(chance)
    said = chance.choice(trouble.said).in_language(language).format(place=spot.name)
    if _happens(chance, ASIDE):
        said += " " + chance.choice(stories.aside).in_language(language).format(code=contact.phone)
    channel = chance.choice(CHANNELS)
    wants_call = channel is not Channel.OPEN311 and _happens(chance, WANTS_CALL)
    report = NewReport(
        channel,
        CaseType.COMPLAIN,
        said,
        category=trouble.category,
        longitude=place[0] if place else None,
        latitude=place[1] if place else None,
        address=spot.name,
        wants_call=wants_call,
        contact=contact if wants_call or channel is Channel.HOTLINE else NOBODY,
        sender="play" if channel is Channel.OPEN311 else "",
        device=f"play-{chance.getrandbits(64):016x}",
    )
    return PlannedCall(at, report, incident, is_public=_happens(chance, PUBLIC), is_wrong=is_wrong or place is None)


def _rising(
    day: date, today: date, seed: int, stories: Stories, spots: Sequence[Spot], chance: Random
) -> Iterator[tuple[CallTrouble, Spot]]:
    """Yield what comes more often of late: one trouble in one street."""
    nature = Random(f"{seed}/rise")  # noqa: S311
    trouble, spot = nature.choice(stories.trouble[:4]), nature.choice(spots)
    near = [one for one in spots if one.area[:STREET_DIGITS] == spot.area[:STREET_DIGITS]]
    if not 0 < (today - day).days <= RISES_FOR:
        return
    for _ in range(int(RISING_A_DAY) + (chance.random() < RISING_A_DAY % 1)):
        yield trouble, chance.choice(near)


def _place(spot: Spot, chance: Random) -> tuple[tuple[float, float] | None, bool]:
    """Return where a caller says that it is, and whether that is far from where it is; None: nowhere."""
    if _happens(chance, NO_PLACE):
        return None, True
    if _happens(chance, OUTSIDE):
        return (spot.longitude + 3, spot.latitude + 3), True
    is_wrong = _happens(chance, WRONG_PLACE)
    reach = 0.01 if is_wrong else 0.0004  # degrees: a kilometre, or some forty metres
    place = spot.longitude + chance.uniform(-reach, reach), spot.latitude + chance.uniform(-reach, reach)
    return place, is_wrong


def _somebody(chance: Random) -> Contact:
    name = chance.choice(SURNAMES) + chance.choice(("先生", "女士"))
    return Contact(name=name, phone=f"100{chance.randrange(10**8):08d}")


def _happens(chance: Random, percent: float) -> bool:
    return chance.random() * 100 < percent
