"""A case as its events have made it: one immutable value, its tasks and its requests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from cases.clock.calendar import WorkCalendar
from cases.clock.deadline import ClockInputs, Deadline, find_deadline
from cases.clock.limits import Limit
from cases.errors import ActRefused
from cases.life.details import AlertEvidence, CaseType, SupervisionLevel
from cases.life.posts import Duty
from cases.life.states import ENDS, CaseState

Calendars = Mapping[tuple[str, int], WorkCalendar]
"""By code and version: a case keeps the one by which it was counted."""


class TaskRole(StrEnum):
    """What a department is in a case."""

    LEAD = "lead"
    HELP = "help"


class TaskState(StrEnum):
    """Where a department's part stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DONE = "done"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"  # the case was returned by the lead, or ended
    WAIVED = "waived"  # the help is not needed after all


class RequestKind(StrEnum):
    """What is asked for."""

    RETURN = "return"  # 退单
    EXTEND = "extend"  # 延期
    SUSPEND = "suspend"  # 挂账
    CANCEL = "cancel"  # 作废
    EXCLUDE = "exclude"  # 剔除


@dataclass(frozen=True, slots=True)
class CaseTask:
    """A department's part in one round."""

    round: int
    department: str
    role: TaskRole
    state: TaskState
    offered_at: datetime
    accepted_at: datetime | None = None
    done_at: datetime | None = None
    worker: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something is still expected of the department."""
        return self.state in (TaskState.OFFERED, TaskState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """Something that one person asks for and another decides. `granted`: None while nobody has."""

    number: int
    kind: RequestKind
    round: int
    asked_by: str
    asked_at: datetime
    department: str = ""
    as_lead: bool = False
    after_accept: bool = False
    until: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    granted: bool | None = None


@dataclass(frozen=True, slots=True)
class WhistleCall:
    """A street called departments to the place; when each arrived, and how the sides rated one another."""

    street: str
    called_at: datetime
    arrive_due: datetime
    departments: tuple[str, ...]
    arrived: tuple[tuple[str, datetime], ...] = ()
    ratings: tuple[tuple[str, str, int], ...] = ()  # by whom, of whom, stars


@dataclass(frozen=True, slots=True)
class Case:
    """All that acts decide on. `version` counts the events; `clock` is that of handling, from the first dispatch."""

    state: CaseState
    version: int
    kind: CaseType
    area: str
    reported_by: str
    reported_at: datetime
    category: str = ""
    standard: str = ""
    severity: int = 3
    alert_id: int | None = None
    alerts: tuple[AlertEvidence, ...] = ()  # all that it follows, among them the first
    round: int = 1
    opened_round: int = 1  # the first since it was last reopened: from there on requests count
    stages: tuple[Limit, ...] = ()
    clock: ClockInputs | None = None
    calendar: tuple[str, int] = ("", 0)
    deadline: Deadline | None = None
    tasks: tuple[CaseTask, ...] = ()
    requests: tuple[CaseRequest, ...] = ()
    whistles: tuple[WhistleCall, ...] = ()
    duties: frozenset[tuple[Duty, str]] = frozenset()
    designated: str = ""  # by arbitration: it may not return the case
    collector: str = ""  # who was sent to look
    checked: bool = False
    callers: int = 0  # who want to be called back, with those of merged cases
    called: int = 0
    called_reports: tuple[int, ...] = ()  # those of them, in this round, of whom it was kept who they are
    excluded: bool = False
    supervision: SupervisionLevel | None = None
    master: int | None = None
    before_merge: CaseState | None = None
    absorbed: tuple[tuple[int, datetime | None, int], ...] = ()  # case, its first dispatch, its callers
    overdue_at: datetime | None = None
    handled_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether something can still be done about it."""
        return self.state not in ENDS

    @property
    def lead(self) -> CaseTask | None:
        """The task of the department that leads this round."""
        return self._task_of(lambda task: task.role is TaskRole.LEAD)

    @property
    def helpers(self) -> tuple[CaseTask, ...]:
        """The tasks of the departments that help, of which something is still expected."""
        return tuple(task for task in self.tasks if task.role is TaskRole.HELP and task.is_open)

    @property
    def running_clock(self) -> ClockInputs | None:
        """The clock that counts: a case that took in others runs from the earliest dispatch of them all."""
        starts = [at for _, at, _ in self.absorbed if at is not None]
        if self.clock is None or not starts:
            return self.clock
        return replace(self.clock, start=min(self.clock.start, *starts))

    def task_of(self, department: str) -> CaseTask | None:
        """Return the task of a department of which something is expected, or that has done it."""
        return self._task_of(lambda task: task.department == department)

    def counted(self, calendars: Calendars) -> "Case":
        """Return the case with its deadline as its clock says. Raises CalendarMissing."""
        clock = self.running_clock
        return self if clock is None else replace(self, deadline=find_deadline(clock, calendars[self.calendar]))

    def with_task(self, task: CaseTask, **changes: Any) -> "Case":
        """Return the case with one of its tasks changed."""
        changed = replace(task, **changes)
        return replace(self, tasks=tuple(changed if other == task else other for other in self.tasks))

    def without_open_tasks(self, state: TaskState = TaskState.WITHDRAWN) -> "Case":
        """Return the case with everything that is still expected of departments taken back."""
        return replace(self, tasks=tuple(replace(t, state=state) if t.is_open else t for t in self.tasks))

    def with_alerts(self, found: Iterable[AlertEvidence]) -> "Case":
        """Return the case with alerts that it follows too; one that was raised again is as it is now."""
        alerts = {one.alert_id: one for one in (*self.alerts, *found)}
        return replace(self, alerts=tuple(alerts.values()))

    def pending(self, kind: RequestKind | None = None) -> tuple[CaseRequest, ...]:
        """Return the requests that nobody has decided."""
        return tuple(r for r in self.requests if r.granted is None and kind in (None, r.kind))

    def granted(self, kind: RequestKind) -> int:
        """Return how many requests of a kind were granted to the lead since the case was last opened."""
        recent = (r for r in self.requests if r.kind is kind and r.round >= self.opened_round)
        return sum(r.granted is True and r.as_lead for r in recent)

    def find_request(self, number: int, *kinds: RequestKind) -> CaseRequest:
        """Return a request that waits for a decision. Raises ActRefused."""
        for request in self.pending():
            if request.number == number and (not kinds or request.kind in kinds):
                return request
        raise ActRefused("There is no such request that waits for a decision.")

    def _task_of(self, fits: Callable[[CaseTask], bool]) -> CaseTask | None:
        found = [task for task in self.tasks if task.round == self.round and fits(task)]
        return next((task for task in reversed(found) if task.is_open or task.state is TaskState.DONE), None)
