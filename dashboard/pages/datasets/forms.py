"""What the form of a data set sends, as a decision, or the field that is wrong."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from sharing.datasets.data_set import DataSetDecision, UpdateCycle
from sharing.datasets.grades import DataLevel, Grades, OpenType, ShareType
from sharing.errors import DecisionUnusable

CHOICES: dict[str, type[StrEnum]] = {
    "share_type": ShareType,
    "open_type": OpenType,
    "data_level": DataLevel,
    "update_cycle": UpdateCycle,
}
TEXTS = ("provider", "share_condition", "category", "licence", "basis")
FIELDS = (*TEXTS, *CHOICES, "general_grade", "personal")
LARGEST = 64 * 1024  # bytes

Choice = TypeVar("Choice", bound=StrEnum)


def read_decision(sent: Mapping[str, str]) -> DataSetDecision:
    """Return what a form decides. Raises DecisionUnusable naming the field."""
    texts = {name: sent.get(name, "").replace("\r\n", "\n").strip() for name in TEXTS}
    grade = sent.get("general_grade", "")
    if grade not in ("", "1", "2", "3", "4"):
        raise DecisionUnusable("general_grade")
    grades = Grades(
        _choice(sent, "share_type", ShareType),
        texts.pop("share_condition"),
        _choice(sent, "open_type", OpenType),
        _choice(sent, "data_level", DataLevel),
        int(grade) if grade else None,
        sent.get("personal") == "1",
    )
    return DataSetDecision(grades, _choice(sent, "update_cycle", UpdateCycle), **texts)


def write_decision(decision: DataSetDecision) -> dict[str, str]:
    """Return the fields of a form that decides the same."""
    grades = decision.grades
    return {
        "provider": decision.provider,
        "share_condition": grades.share_condition,
        "category": decision.category,
        "licence": decision.licence,
        "basis": decision.basis,
        "share_type": grades.share_type.value,
        "open_type": grades.open_type.value,
        "data_level": grades.data_level.value,
        "update_cycle": decision.update_cycle.value,
        "general_grade": str(grades.general_grade or ""),
        "personal": "1" if grades.personal else "",
    }


def _choice(sent: Mapping[str, str], field: str, choices: type[Choice]) -> Choice:
    try:
        return choices(sent.get(field, ""))
    except ValueError as error:
        raise DecisionUnusable(field) from error
