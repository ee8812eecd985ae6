"""A call-back: what an agent notes of one try to reach who sent a report, as an act of the case has it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from cases.clock.rework import ReworkPolicy
from cases.life.details import CallBack
from citizens.errors import ReportUnusable

LONGEST_COMMENT = 500  # characters
TRIES = 3  # not reached so often: it may be asked that the call does not count


class Solved(StrEnum):
    """What the caller says."""

    SOLVED = "solved"  # 实际解决
    EXPLAINED = "explained"  # 解释说明: not solved, and they accept why not
    NOT_SOLVED = "not_solved"  # 未解决: it goes back to work


class CallChannel(StrEnum):
    """How it was tried."""

    PHONE = "phone"
    SMS = "sms"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class CallNote:
    """One try. `solved` is None where nobody was reached; `stars` from 1 to 5, None where nobody said."""

    solved: Solved | None
    stars: int | None = None
    comment: str = ""
    channel: CallChannel = CallChannel.PHONE

    @property
    def is_reached(self) -> bool:
        """Whether somebody answered."""
        return self.solved is not None


def check_note(note: CallNote) -> None:
    """Raise ReportUnusable naming the field that is wrong."""
    if note.stars is not None and (not note.is_reached or not 1 <= note.stars <= 5):
        raise ReportUnusable("stars", "Stars are 1 to 5, of somebody who was reached.")
    if len(note.comment) > LONGEST_COMMENT:
        raise ReportUnusable("comment", f"The comment has more than {LONGEST_COMMENT} characters.")


def call_details(note: CallNote, report_id: int, rework: ReworkPolicy = ReworkPolicy.SAME_DUE) -> CallBack:
    """Return what is said with the act. Not solved goes back to work; `rework`: within what time."""
    return CallBack(
        reached=note.is_reached,
        solved=None if note.solved is None else note.solved is not Solved.NOT_SOLVED,
        explained=note.solved is Solved.EXPLAINED,
        satisfaction=note.stars,
        again=note.solved is Solved.NOT_SOLVED,
        policy=rework,
        report=report_id,
    )
