"""The list of cases in words: lines with their due time, groups and the board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.life.posts import CaseActor
from cases.life.states import ENDS, CaseState
from cases.life.transitions import TOGETHER, TRANSITIONS, Act
from cases.store.case_list import StateCount
from cityops.storage import Row
from dashboard.cases.words import CaseWords
from dashboard.pages.cases.list_address import ListAddress

SOON = timedelta(hours=2)  # from here on a deadline is shown as near


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of a list, in words. `due_sign` is a class: is-late, is-soon or nothing."""

    case_id: int
    number: str
    version: int
    severity: int
    state: str
    state_word: str
    what: str
    summary: str
    where: str
    department: str
    due: str
    due_sign: str
    due_at: datetime | None
    provisional: bool
    reported_at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class LoopStop:
    """One state of the loop above the list, with how many are there; its address filters or takes the filter away."""

    word: str
    count: StateCount
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One state of the board with its first cases; `more` is the address of the rest, "" when there is none."""

    word: str
    count: StateCount
    lines: list[CaseLine]
    more: str


def case_line(row: Row, words: CaseWords, now: datetime) -> CaseLine:
    """Return one line."""
    due, sign = due_words(row, words, now)
    named = words.category(row["category"]) if row["category"] else ""
    return CaseLine(
        row["case_id"],
        row["number"],
        row["version"],
        row["severity"],
        row["state"],
        words.say(f"case_state.{row['state']}"),
        named or row["summary"] or words.say("cases.uncategorised"),
        row["summary"] if named else "",
        " · ".join(part for part in (words.area(row["area_code"]), row["address"]) if part),
        words.department(row["lead_department"]) if row["lead_department"] else "",
        due,
        sign,
        row["due_at"],
        row["due_provisional"],
        row["reported_at"],
        row["is_mine"],
    )


def due_words(row: Row, words: CaseWords, now: datetime) -> tuple[str, str]:
    """Return how much time is left and its sign, by the server's clock; of what was handled whether it was in time."""
    due_at, handled_at = row["due_at"], row["handled_at"]
    if due_at is None:
        return ("", "") if row["state"] in ENDS else (words.say("cases.no_due"), "")
    if handled_at is not None or row["ended_at"] is not None:
        late = row["overdue_at"] is not None or (handled_at is not None and handled_at > due_at)
        return words.say("cases.done_late" if late else "cases.done_in_time"), "is-late" if late else ""
    left = due_at - now
    sign = "is-late" if left < timedelta() else "is-soon" if left < SOON else ""
    return words.left(left), sign


def loop_stops(counts: Mapping[CaseState, StateCount], address: ListAddress, words: CaseWords) -> list[LoopStop]:
    """Return the open states in their order."""
    return [
        LoopStop(
            words.say(f"case_state.{state}"),
            counts.get(state, StateCount()),
            address.to(
                state="" if address.state == state else state.value,
                view="map" if address.view == "map" else "list",
            ),
            address.state == state,
        )
        for state in CaseState
        if state not in ENDS
    ]


def total(counts: Mapping[CaseState, StateCount]) -> StateCount:
    """Return all states together."""
    found = list(counts.values())
    return StateCount(*(sum(getattr(one, name) for one in found) for name in ("open", "mine", "overdue")))


@dataclass(frozen=True, slots=True)
class ManyAct:
    """An act that can be done with all marked cases; `needs_reason`: not without words."""

    act: Act
    word: str
    needs_reason: bool


def many_acts(held: Sequence[CaseActor], words: CaseWords) -> list[ManyAct]:
    """Return what somebody who holds these posts can do with many cases at once."""
    posts = {actor.post for actor in held}
    rows = ((act, TRANSITIONS[act]) for act in TOGETHER)
    return [ManyAct(act, words.say(f"case_act.{act}"), row.reason) for act, row in rows if posts & row.posts]


def choices(words: CaseWords, areas: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return what the filters offer, as (code, name)."""
    catalogue = words.catalogue
    return {
        "state": [(state.value, words.say(f"case_state.{state}")) for state in CaseState],
        "category": [(key, words.category(key)) for key in catalogue.categories],
        "department": [(code, words.department(code)) for code in catalogue.departments],
        "area": [(code, words.area(code)) for code in areas],
        "severity": [(str(number), words.say(f"severity.{number}")) for number in range(1, 5)],
    }
