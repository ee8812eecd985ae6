"""What became of a report, in the one word that a person is told. Pure: the database gives states, this the word."""

from enum import StrEnum

from cases.life.states import CaseState


class ReportState(StrEnum):
    """Whether something is still to come. Open311 knows the last two; to it what was received is open."""

    RECEIVED = "received"  # nobody has looked at it yet
    OPEN = "open"
    CLOSED = "closed"


class ReportStatus(StrEnum):
    """Where a report stands."""

    RECEIVED = "received"  # 已收到
    VERIFYING = "verifying"  # 核实中
    ACCEPTED = "accepted"  # 已立案
    IN_HAND = "in_hand"  # 办理中
    SUSPENDED = "suspended"  # 挂账: it takes longer
    DONE = "done"  # 已处置: it is checked, and callers are asked
    CLOSED = "closed"  # 已结案
    ANSWERED = "answered"  # 已答复
    REFUSED = "refused"  # 不予受理
    DUPLICATE = "duplicate"  # 已合并
    CANCELLED = "cancelled"  # 已作废


_OF_CASE = {
    CaseState.REPORTED: ReportStatus.RECEIVED,
    CaseState.VERIFYING: ReportStatus.VERIFYING,
    CaseState.FILED: ReportStatus.ACCEPTED,
    CaseState.DISPATCHED: ReportStatus.IN_HAND,
    CaseState.HANDLING: ReportStatus.IN_HAND,
    CaseState.SUSPENDED: ReportStatus.SUSPENDED,
    CaseState.HANDLED: ReportStatus.DONE,
    CaseState.CHECKING: ReportStatus.DONE,
    CaseState.CALLING: ReportStatus.DONE,
    CaseState.CLOSED: ReportStatus.CLOSED,
    CaseState.ANSWERED: ReportStatus.ANSWERED,
    CaseState.REFUSED: ReportStatus.REFUSED,
    CaseState.MERGED: ReportStatus.DUPLICATE,
    CaseState.CANCELLED: ReportStatus.CANCELLED,
}
_CLOSED = {
    ReportStatus.CLOSED,
    ReportStatus.ANSWERED,
    ReportStatus.REFUSED,
    ReportStatus.DUPLICATE,
    ReportStatus.CANCELLED,
}


def status_of(case_state: str, outcome: str = "") -> ReportStatus:
    """Return where a report stands: by its case, or by how it ended without one.

    Both as `portal.report` has them: "" is no case, and no end.
    """
    if case_state:
        return _OF_CASE[CaseState(case_state)]
    return ReportStatus(outcome) if outcome else ReportStatus.RECEIVED


def state_of(status: ReportStatus) -> ReportState:
    """Return whether something is still to come."""
    if status is ReportStatus.RECEIVED:
        return ReportState.RECEIVED
    return ReportState.CLOSED if status in _CLOSED else ReportState.OPEN
