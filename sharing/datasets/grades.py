"""Who may have a data set: its class and grade, and what follows from them. Pure.

Levels and grades are those of GB/T 43697-2024 (core, important, general with grades 1 to 4), the types of sharing those
of the catalogues of 政务数据 (无条件、有条件、不予共享), the types of opening those of Shanghai's 公共数据开放暂行办法.
"""

from dataclasses import dataclass
from enum import StrEnum

from sharing.errors import DecisionUnusable

GRADES = (1, 2, 3, 4)  # of general data; 1 harms least when it gets out
LONGEST_CONDITION = 1000  # characters


class ShareType(StrEnum):
    """Which departments get it: all, those whose request the provider grants, none."""

    UNCONDITIONAL = "unconditional"
    CONDITIONAL = "conditional"
    NONE = "none"


class OpenType(StrEnum):
    """Whether society gets it: everybody, who fulfils a condition, nobody."""

    OPEN = "open"
    CONDITIONAL = "conditional"
    CLOSED = "closed"


class DataLevel(StrEnum):
    """How much harm it does in wrong hands: to the state, to society, to less than these."""

    CORE = "core"
    IMPORTANT = "important"
    GENERAL = "general"


class Openness(StrEnum):
    """Whether everybody may have a set, or the first reason why not."""

    OPEN = "open"
    UNDECIDED = "undecided"  # nobody graded it
    NOT_GENERAL = "not_general"  # core and important data stay
    PERSONAL = "personal"
    CONDITIONAL = "conditional"  # to be had on a condition, which nobody who asks anonymously can fulfil
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Grades:
    """What is decided of a set. `general_grade`: of general data only. `personal`: it tells of persons."""

    share_type: ShareType = ShareType.NONE
    share_condition: str = ""
    open_type: OpenType = OpenType.CLOSED
    data_level: DataLevel = DataLevel.GENERAL
    general_grade: int | None = None
    personal: bool = True


def openness(grades: Grades, *, is_decided: bool) -> Openness:
    """Return whether everybody may have the set, or why not."""
    if not is_decided:
        return Openness.UNDECIDED
    if grades.data_level is not DataLevel.GENERAL:
        return Openness.NOT_GENERAL
    if grades.personal:
        return Openness.PERSONAL
    return Openness(grades.open_type)


def is_open(grades: Grades, *, is_decided: bool) -> bool:
    """Whether everybody may have the set. The view `portal.data_set` says the same in SQL."""
    return openness(grades, is_decided=is_decided) is Openness.OPEN


def check_grades(grades: Grades) -> None:
    """Raise DecisionUnusable naming the field that contradicts the others."""
    is_general = grades.data_level is DataLevel.GENERAL
    if is_general != (grades.general_grade in GRADES):
        raise DecisionUnusable("general_grade")
    has_condition = bool(grades.share_condition.strip()) and len(grades.share_condition) <= LONGEST_CONDITION
    if has_condition != (grades.share_type is ShareType.CONDITIONAL):
        raise DecisionUnusable("share_condition")
    is_harmless = is_general and not grades.personal
    if grades.open_type is not OpenType.CLOSED and not is_harmless:
        raise DecisionUnusable("open_type")
    if grades.share_type is ShareType.UNCONDITIONAL and not is_harmless:
        raise DecisionUnusable("share_type")
