"""Where a case stands."""

from enum import StrEnum


class CaseState(StrEnum):
    """The states of the management loop, and its five ends."""

    REPORTED = "reported"  # 上报
    VERIFYING = "verifying"  # 核实: somebody looks before it is filed
    FILED = "filed"  # 立案
    DISPATCHED = "dispatched"  # 派遣
    HANDLING = "handling"  # 处置
    SUSPENDED = "suspended"  # 挂账
    HANDLED = "handled"  # 反馈
    CHECKING = "checking"  # 核查: somebody looks before it is closed
    CALLING = "calling"  # 待回访
    CLOSED = "closed"  # 结案
    ANSWERED = "answered"  # 咨询 answered at once
    REFUSED = "refused"  # 不予受理
    MERGED = "merged"  # its work is done with another case
    CANCELLED = "cancelled"  # 作废


ENDS = frozenset({CaseState.CLOSED, CaseState.ANSWERED, CaseState.REFUSED, CaseState.MERGED, CaseState.CANCELLED})
OPEN = frozenset(CaseState) - ENDS
AT_DEPARTMENT = frozenset({CaseState.DISPATCHED, CaseState.HANDLING})
"""A department has it, and its clock runs."""
