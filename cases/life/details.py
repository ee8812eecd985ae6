"""What people say with an act. It is stored with the event, so that a case can be replayed; it holds no one's data.

What a reporter said and who that was are kept elsewhere: an event can never be forgotten.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from cases.clock.limits import Limit
from cases.clock.rework import ReworkPolicy
from cases.life.transitions import Act

Severity = Annotated[int, msgspec.Meta(ge=1, le=4)]
Stars = Annotated[int, msgspec.Meta(ge=1, le=5)]


class CaseType(StrEnum):
    """What somebody wants."""

    CONSULT = "consult"  # 咨询
    HELP = "help"  # 求助
    COMPLAIN = "complain"  # 投诉
    ACCUSE = "accuse"  # 举报
    SUGGEST = "suggest"  # 建议
    PRAISE = "praise"  # 表扬
    CASE = "case"  # 案件


class RefusalGround(StrEnum):
    """Why a report is not taken up: the six kinds of Beijing's ordinance, article 11."""

    RESCUE = "rescue"  # 110, 119, 120 or 122 has it
    STATUTORY = "statutory"  # there is a way by law: court, arbitration, review, petition
    IN_HAND = "in_hand"  # finished or under way, without new facts
    SECRET = "secret"  # noqa: S105  (a ground, no password)
    OUTSIDE = "outside"  # no duty of the city's
    UNLAWFUL = "unlawful"


class SupervisionLevel(StrEnum):
    """督办, from low to high."""

    ROUTINE = "routine"  # 日常
    LISTED = "listed"  # 挂牌
    INTERVIEW = "interview"  # 约谈


class Details(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """No more than the act itself."""


class AlertEvidence(Details, frozen=True, kw_only=True):
    """An alert as it stood when it was linked: its last event, and the hash of that in the audit chain."""

    alert_id: int
    event: int = 0
    hash: str = ""


class Report(Details, frozen=True, kw_only=True):
    """What begins a case. `category` and `severity` are proposed: filing decides. `callers` want to be called back."""

    source: str
    kind: CaseType
    area: str
    category: str = ""
    severity: Severity = 3
    alert_id: int | None = None
    evidence: tuple[AlertEvidence, ...] = ()
    callers: int = 0


class Refusal(Details, frozen=True, kw_only=True):
    """Why it is not taken up."""

    ground: RefusalGround


class Errand(Details, frozen=True, kw_only=True):
    """Who is sent to look; "" is whoever is near."""

    collector: str = ""


class Evidence(Details, frozen=True, kw_only=True):
    """Photographs, by the SHA-256 of each."""

    photos: tuple[str, ...] = ()


class Filing(Details, frozen=True, kw_only=True):
    """As what it is filed: the category, the condition that it fulfils, and the limit of each stage."""

    category: str
    standard: str
    area: str
    severity: Severity
    stages: tuple[Limit, ...]


class Merging(Details, frozen=True, kw_only=True):
    """The case that takes this one in."""

    master: int


class Absorption(Details, frozen=True, kw_only=True):
    """A case that is taken in, and when its handling began."""

    child: int
    first_dispatch: datetime | None = None
    callers: int = 0
    alerts: tuple[AlertEvidence, ...] = ()


class Dispatching(Details, frozen=True, kw_only=True):
    """Who leads, who helps, and by which calendar the lead is counted. `routed`: as routing proposed."""

    lead: str
    calendar: str
    calendar_version: int
    helpers: tuple[str, ...] = ()
    routed: bool = False


class Assignment(Details, frozen=True, kw_only=True):
    """Who of the department does it."""

    worker: str


class Naming(Details, frozen=True, kw_only=True):
    """A department."""

    department: str


class Asking(Details, frozen=True, kw_only=True):
    """What a request rests on; `until` for a suspension."""

    photos: tuple[str, ...] = ()
    until: datetime | None = None


class Deciding(Details, frozen=True, kw_only=True):
    """The number of the request that is decided."""

    request: int


class Failing(Details, frozen=True, kw_only=True):
    """What the city does to the clock of a new round."""

    photos: tuple[str, ...] = ()
    policy: ReworkPolicy = ReworkPolicy.SAME_DUE


class CallBack(Details, frozen=True, kw_only=True):
    """One try to reach a caller, and what was said. `again`: the city sends it back to work.

    `explained`: it was not really solved, but the caller accepts why not (解释说明). `report`: which of the callers it
    was, 0 where nobody kept it.
    """

    reached: bool
    solved: bool | None = None
    explained: bool = False
    report: int = 0
    satisfaction: Stars | None = None
    again: bool = False
    policy: ReworkPolicy = ReworkPolicy.SAME_DUE


class Closing(Details, frozen=True, kw_only=True):
    """How many stages are met, and whether a condition of a linked alert holds all the same (关而未愈)."""

    stages_met: int
    still_holds: bool = False


class Supervising(Details, frozen=True, kw_only=True):
    """How high, and until when an answer is wanted."""

    level: SupervisionLevel
    due_at: datetime


class Whistling(Details, frozen=True, kw_only=True):
    """Which departments are called to the place, and until when."""

    departments: tuple[str, ...]
    arrive_due: datetime


class Rating(Details, frozen=True, kw_only=True):
    """How one side of a whistle rates the other: the street a department, a department the street."""

    department: str
    stars: Stars


class Recounting(Details, frozen=True, kw_only=True):
    """The version of the calendar that counts from now on."""

    calendar_version: int


DETAILS: dict[Act, type[Details]] = {
    Act.REPORT: Report,
    Act.REFUSE: Refusal,
    Act.ASK_VERIFY: Errand,
    Act.VERIFY: Evidence,
    Act.FILE: Filing,
    Act.MERGE: Merging,
    Act.SUPERSEDE: Merging,
    Act.ABSORB: Absorption,
    Act.RELEASE: Absorption,
    Act.DISPATCH: Dispatching,
    Act.ASSIGN: Assignment,
    Act.WAIVE_HELP: Naming,
    Act.ARBITRATE: Naming,
    Act.ASK_RETURN: Asking,
    Act.ASK_EXTEND: Asking,
    Act.ASK_SUSPEND: Asking,
    Act.ASK_CANCEL: Asking,
    Act.ASK_EXCLUDE: Asking,
    Act.GRANT_RETURN: Deciding,
    Act.GRANT_EXTEND: Deciding,
    Act.GRANT_SUSPEND: Deciding,
    Act.GRANT_EXCLUDE: Deciding,
    Act.DENY: Deciding,
    Act.DENY_EXCLUDE: Deciding,
    Act.HANDLE: Evidence,
    Act.ASK_CHECK: Errand,
    Act.PASS: Evidence,
    Act.FAIL: Failing,
    Act.CALL_BACK: CallBack,
    Act.CLOSE: Closing,
    Act.SUPERVISE: Supervising,
    Act.WHISTLE: Whistling,
    Act.RATE_WHISTLE: Rating,
    Act.RECOUNT: Recounting,
    Act.LINK_ALERT: AlertEvidence,
}


def details_of(act: Act) -> type[Details]:
    """Return the type of what is said with an act."""
    return DETAILS.get(act, Details)
