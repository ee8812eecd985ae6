"""The one table of transitions of a case: each act, from where to where, by whom. All else is refused. Pure data.

What an act needs beyond this, and what it changes, stands beside it in `intake`, `dispatch`, `requests`, `finish` and
`oversight`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cases.life.posts import Duty, Post, Seat
from cases.life.states import AT_DEPARTMENT, OPEN, CaseState

S = CaseState


class Act(StrEnum):
    """What can be done with a case."""

    REPORT = "report"
    ANSWER = "answer"
    REFUSE = "refuse"
    ASK_VERIFY = "ask_verify"
    VERIFY = "verify"
    FILE = "file"
    MERGE = "merge"
    SUPERSEDE = "supersede"
    UNMERGE = "unmerge"
    ABSORB = "absorb"  # the other side of a merge: it takes in a case
    RELEASE = "release"  # and gives it back
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    ASSIGN = "assign"
    ACCEPT_HELP = "accept_help"
    FINISH_HELP = "finish_help"
    WAIVE_HELP = "waive_help"
    ARBITRATE = "arbitrate"
    ASK_RETURN = "ask_return"
    ASK_EXTEND = "ask_extend"
    ASK_SUSPEND = "ask_suspend"
    ASK_CANCEL = "ask_cancel"
    ASK_EXCLUDE = "ask_exclude"
    GRANT_RETURN = "grant_return"
    GRANT_EXTEND = "grant_extend"
    GRANT_SUSPEND = "grant_suspend"
    GRANT_EXCLUDE = "grant_exclude"
    DENY = "deny"
    DENY_EXCLUDE = "deny_exclude"
    RESUME = "resume"
    HANDLE = "handle"
    ASK_CHECK = "ask_check"
    PASS = "pass"  # noqa: S105  (a check that is passed)
    FAIL = "fail"
    CALL_BACK = "call_back"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    SUPERVISE = "supervise"
    REPLY = "reply"
    WHISTLE = "whistle"
    ARRIVE = "arrive"
    RATE_WHISTLE = "rate_whistle"
    COMMENT = "comment"
    OVERDUE = "overdue"
    RECOUNT = "recount"
    LINK_ALERT = "link_alert"  # an alert of the same matter, or one that was raised again


@dataclass(frozen=True, slots=True)
class CaseTransition:
    """One row. No `ends`: the case stays where it is. `start` is empty for the act that begins a case.

    `waits`: the posts for which it is work that waits, of those that may do it.
    """

    start: frozenset[CaseState]
    ends: frozenset[CaseState]
    posts: frozenset[Post]
    seat: Seat = Seat.ANYBODY
    reason: bool = False  # words are needed
    duty: Duty | None = None
    waits: frozenset[Post] = frozenset()


def _row(
    start: Iterable[CaseState],
    ends: Iterable[CaseState],
    *posts: Post,
    seat: Seat = Seat.ANYBODY,
    reason: bool = False,
    duty: Duty | None = None,
    waits: Iterable[Post] = (),
) -> CaseTransition:
    return CaseTransition(frozenset(start), frozenset(ends), frozenset(posts), seat, reason, duty, frozenset(waits))


_STAYS: frozenset[CaseState] = frozenset()
_UNFILED = frozenset({S.REPORTED, S.VERIFYING})
_MERGEABLE = _UNFILED | {S.FILED, S.DISPATCHED, S.HANDLING}
_LED = OPEN - _UNFILED - {S.FILED}
_DEPARTMENT = (Post.HEAD, Post.WORKER)
_CENTRE = (Post.ACCEPTOR, Post.CHIEF, Post.DISPATCHER)
_PEOPLE = frozenset(Post) - {Post.PROGRAM, Post.EVALUATOR}
_OVERDUE_AT = AT_DEPARTMENT | {S.FILED}  # a case that was returned runs on
_EVERY = frozenset(CaseState)

TRANSITIONS: dict[Act, CaseTransition] = {
    # ---- before it is filed
    Act.REPORT: _row((), [S.REPORTED], Post.COLLECTOR, Post.ACCEPTOR, Post.PROGRAM),
    Act.ANSWER: _row([S.REPORTED], [S.ANSWERED], Post.ACCEPTOR, reason=True),
    Act.REFUSE: _row(_UNFILED, [S.REFUSED], Post.CHIEF, reason=True),
    Act.ASK_VERIFY: _row([S.REPORTED], [S.VERIFYING], Post.ACCEPTOR, waits=[Post.ACCEPTOR]),
    Act.VERIFY: _row([S.VERIFYING], [S.REPORTED], Post.COLLECTOR, waits=[Post.COLLECTOR]),
    Act.FILE: _row([S.REPORTED], [S.FILED], Post.CHIEF, Post.PROGRAM, duty=Duty.FILED, waits=[Post.CHIEF]),
    # ---- one case with another
    Act.MERGE: _row(_MERGEABLE, [S.MERGED], Post.ACCEPTOR, Post.DISPATCHER),
    Act.SUPERSEDE: _row(OPEN, [S.MERGED], Post.CHIEF, reason=True),
    Act.UNMERGE: _row([S.MERGED], OPEN, Post.CHIEF, Post.DISPATCHER, reason=True),
    Act.ABSORB: _row(OPEN, _STAYS, *_CENTRE),
    Act.RELEASE: _row(_EVERY - {S.MERGED}, _STAYS, Post.CHIEF, Post.DISPATCHER),
    # ---- to the departments
    Act.DISPATCH: _row([S.FILED], [S.DISPATCHED], Post.DISPATCHER, waits=[Post.DISPATCHER]),
    Act.ACCEPT: _row([S.DISPATCHED], [S.HANDLING], *_DEPARTMENT, seat=Seat.LEAD, duty=Duty.HANDLED, waits=_DEPARTMENT),
    Act.ASSIGN: _row([S.HANDLING], _STAYS, Post.HEAD, seat=Seat.TASK, duty=Duty.HANDLED),
    Act.ACCEPT_HELP: _row(AT_DEPARTMENT, _STAYS, *_DEPARTMENT, seat=Seat.HELPER, duty=Duty.HANDLED, waits=_DEPARTMENT),
    Act.FINISH_HELP: _row(
        [S.HANDLING], _STAYS, *_DEPARTMENT, seat=Seat.HELPER, reason=True, duty=Duty.HANDLED, waits=_DEPARTMENT
    ),
    Act.WAIVE_HELP: _row([S.HANDLING], _STAYS, Post.DISPATCHER, reason=True),
    Act.ARBITRATE: _row([S.FILED], _STAYS, Post.SUPERVISOR, reason=True, waits=[Post.SUPERVISOR]),
    # ---- what departments ask for; the clock runs on while nobody has decided
    Act.ASK_RETURN: _row(AT_DEPARTMENT, _STAYS, *_DEPARTMENT, seat=Seat.TASK, reason=True),
    Act.ASK_EXTEND: _row([S.HANDLING], _STAYS, *_DEPARTMENT, seat=Seat.LEAD, reason=True),
    Act.ASK_SUSPEND: _row([S.HANDLING], _STAYS, *_DEPARTMENT, seat=Seat.LEAD, reason=True),
    Act.ASK_CANCEL: _row(OPEN, _STAYS, Post.ACCEPTOR, Post.DISPATCHER, Post.CHIEF, reason=True),
    Act.ASK_EXCLUDE: _row([S.CALLING, S.CLOSED], _STAYS, Post.ACCEPTOR, Post.HEAD, reason=True),
    Act.GRANT_RETURN: _row(AT_DEPARTMENT, [S.FILED, *AT_DEPARTMENT], Post.DISPATCHER, waits=[Post.DISPATCHER]),
    Act.GRANT_EXTEND: _row([S.HANDLING], _STAYS, Post.DISPATCHER, Post.CHIEF, waits=[Post.DISPATCHER, Post.CHIEF]),
    Act.GRANT_SUSPEND: _row([S.HANDLING], [S.SUSPENDED], Post.DISPATCHER, waits=[Post.DISPATCHER]),
    Act.GRANT_EXCLUDE: _row([S.CALLING, S.CLOSED], _STAYS, Post.EVALUATOR, reason=True, waits=[Post.EVALUATOR]),
    Act.DENY: _row(OPEN, _STAYS, Post.DISPATCHER, Post.CHIEF, reason=True),
    Act.DENY_EXCLUDE: _row([S.CALLING, S.CLOSED], _STAYS, Post.EVALUATOR, reason=True),
    Act.RESUME: _row([S.SUSPENDED], [S.HANDLING], Post.PROGRAM, Post.DISPATCHER),
    # ---- done, checked, closed
    Act.HANDLE: _row(
        [S.HANDLING], [S.HANDLED], *_DEPARTMENT, seat=Seat.LEAD, reason=True, duty=Duty.HANDLED, waits=_DEPARTMENT
    ),
    Act.ASK_CHECK: _row([S.HANDLED], [S.CHECKING], Post.ACCEPTOR, waits=[Post.ACCEPTOR]),
    Act.PASS: _row(
        [S.CHECKING],
        [S.HANDLED, S.CALLING],
        Post.COLLECTOR,
        Post.ACCEPTOR,
        Post.CHIEF,
        duty=Duty.CHECKED,
        waits=[Post.COLLECTOR],
    ),
    Act.FAIL: _row(
        [S.CHECKING], [S.HANDLING], Post.COLLECTOR, Post.ACCEPTOR, Post.CHIEF, reason=True, duty=Duty.CHECKED
    ),
    Act.CALL_BACK: _row([S.CALLING], [S.CALLING, S.HANDLING], Post.ACCEPTOR, waits=[Post.ACCEPTOR]),
    Act.CLOSE: _row([S.HANDLED, S.CALLING], [S.CLOSED], Post.CHIEF, duty=Duty.CLOSED, waits=[Post.CHIEF]),
    Act.REOPEN: _row([S.CLOSED], [S.FILED], Post.CHIEF, reason=True),
    Act.CANCEL: _row(OPEN, [S.CANCELLED], Post.CHIEF, reason=True, waits=[Post.CHIEF]),
    # ---- oversight, and several departments at once
    Act.SUPERVISE: _row(OPEN, _STAYS, Post.CHIEF, Post.SUPERVISOR, reason=True),
    Act.REPLY: _row(_LED, _STAYS, Post.HEAD, seat=Seat.TASK, reason=True),
    Act.WHISTLE: _row(AT_DEPARTMENT, _STAYS, Post.HEAD, reason=True),
    Act.ARRIVE: _row(OPEN, _STAYS, *_DEPARTMENT, waits=_DEPARTMENT),
    Act.RATE_WHISTLE: _row(_EVERY, _STAYS, Post.HEAD),
    Act.LINK_ALERT: _row(OPEN, _STAYS, Post.COLLECTOR, Post.ACCEPTOR, Post.CHIEF, Post.PROGRAM),
    Act.COMMENT: _row(_EVERY, _STAYS, *_PEOPLE, reason=True),
    # ---- by the clock
    Act.OVERDUE: _row(_OVERDUE_AT, _STAYS, Post.PROGRAM),
    Act.RECOUNT: _row(OPEN - _UNFILED, _STAYS, Post.PROGRAM, reason=True),
}

TOGETHER = (
    Act.ASK_VERIFY, Act.DISPATCH, Act.ACCEPT, Act.ACCEPT_HELP, Act.RESUME, Act.ASK_CHECK, Act.CLOSE, Act.COMMENT,
)  # fmt: skip
"""Acts that can be done with many cases at once: what is said with them is not about one case alone."""


def is_allowed(act: Act, state: CaseState | None, post: Post) -> bool:
    """Whether the table lets a post do this with a case in this state (None: there is none yet)."""
    transition = TRANSITIONS[act]
    stands = state in transition.start if state is not None else not transition.start
    return stands and post in transition.posts
