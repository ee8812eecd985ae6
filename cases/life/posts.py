"""Who takes part: the posts (岗位) of the management loop, and who may not be one person."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from cases.errors import PostUnusable


class Post(StrEnum):
    """What an account is in the loop, beside its role. Reference: docs/reference/case-acts.md."""

    COLLECTOR = "collector"  # 监督员: reports, verifies and checks at the place
    ACCEPTOR = "acceptor"  # 受理员, and the agents of the hotline
    CHIEF = "chief"  # 值班长: files, closes
    DISPATCHER = "dispatcher"  # 派遣员: chooses departments, decides what they ask for
    HEAD = "head"  # who leads a department's work
    WORKER = "worker"  # 处置人员
    SUPERVISOR = "supervisor"  # 督办 of every level, arbitration
    EVALUATOR = "evaluator"  # 考核: numbers, and the second person of exclusions
    PROGRAM = "program"  # a rule, a timer, another program: never a person


OF_DEPARTMENTS = frozenset({Post.HEAD, Post.WORKER})
GIVEN = tuple(post for post in Post if post is not Post.PROGRAM)
"""The posts that people hold."""


class Duty(StrEnum):
    """What somebody did in a case, as far as it forbids something else."""

    FILED = "filed"
    HANDLED = "handled"
    CHECKED = "checked"
    CLOSED = "closed"


SEPARATED = (
    (Duty.FILED, Duty.CHECKED),
    (Duty.HANDLED, Duty.CHECKED),
    (Duty.HANDLED, Duty.CLOSED),
)
"""Never one person in one case. The two other pairs, asks and grants, excludes and approves, are of one request."""


class Seat(StrEnum):
    """Whose act it is, when it is a department's."""

    ANYBODY = "anybody"
    LEAD = "lead"  # 主办
    HELPER = "helper"  # 协办
    TASK = "task"  # either of them


@dataclass(frozen=True, slots=True)
class CaseActor:
    """Who acts, in which post, and for which department ("" for none)."""

    name: str
    post: Post
    department: str = ""


TIMER = CaseActor("watch", Post.PROGRAM)


def department_of(held: Iterable[CaseActor]) -> str:
    """Return the department for which somebody acts; "" for none."""
    return next((actor.department for actor in held if actor.department), "")


def is_of_department_only(held: Collection[CaseActor]) -> bool:
    """Whether somebody holds posts of a department and no other: they see nothing but its cases."""
    return bool(held) and all(actor.post in OF_DEPARTMENTS for actor in held)


def check_holding(holder: CaseActor, held: Iterable[CaseActor]) -> None:
    """Raise PostUnusable unless somebody who holds posts may get this one too: nobody acts for two departments."""
    if holder.post not in GIVEN:
        raise PostUnusable(f"No person is a {holder.post}.")
    if bool(holder.department) != (holder.post in OF_DEPARTMENTS):
        raise PostUnusable(f"A {holder.post} acts for {'one' if holder.post in OF_DEPARTMENTS else 'no'} department.")
    others = {other.department for other in held} - {"", holder.department}
    if holder.department and others:
        raise PostUnusable(f"{holder.name} acts for {min(others)} already.")


def conflicting(duty: Duty) -> frozenset[Duty]:
    """Return the duties that forbid this one to the same person."""
    pairs = [pair for pair in SEPARATED if duty in pair]
    return frozenset(other for pair in pairs for other in pair if other is not duty)
