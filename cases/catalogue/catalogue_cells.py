"""One cell of a table of the catalogue: what it says, or what is wrong with it and what to write instead. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from cases.catalogue.categories import (
    CaseCategory,
    Department,
)
from cases.clock.limits import Limit, read_limit
from cases.errors import LimitUnusable
from cityops.imports.files.cells import is_formula, read_name, read_text

Word = TypeVar("Word", bound=StrEnum)
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_CATEGORY_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,30}")
_AREA = re.compile(r"[0-9]{0,32}")


def read_department_cell(value: object, departments: Mapping[str, Department]) -> str:
    """Return the code of a department that there is. Raises ValueError saying what to do."""
    code = read_text(value)
    if code not in departments:
        raise ValueError(f"there is no department {code[:40]!r}. Correct it, or add it to the departments")
    return code


def read_limit_cell(value: object) -> Limit:
    """Return a limit from its short form. Raises ValueError saying what to do."""
    try:
        return read_limit(read_text(value))
    except LimitUnusable as error:
        raise ValueError(str(error)) from error


def read_severity(value: object) -> int:
    """Return a severity, 1 to 4. Raises ValueError saying what to do."""
    text = read_text(value)
    if text not in ("1", "2", "3", "4"):
        raise ValueError(f"a severity of {text[:40]!r} is not 1 to 4")
    return int(text)


def read_words(value: object) -> str:
    """Return words for people. Raises ValueError for none, and for a formula."""
    return _without_formula(read_name(value))


def read_note(value: object) -> str:
    """Return words that may be missing, such as a source."""
    return read_words(value) if read_text(value) else ""


def _without_formula(text: str) -> str:
    """Refuse what a spreadsheet that opens an export would run."""
    if is_formula(text):
        raise ValueError(f"{text[:40]!r} begins as a formula does. Write it without = + - or @ in front")
    return text


def read_code(value: object) -> str:
    """Return the code of a department. Raises ValueError saying what to do."""
    code = read_text(value)
    if not _CODE.fullmatch(code):
        raise ValueError(f"{code[:40]!r} is no code. Use 1 to 63 small letters, digits and dashes")
    return code


def read_category_code(value: object) -> str:
    """Return the code of a category. Raises ValueError saying what to do."""
    code = read_text(value)
    if not _CATEGORY_CODE.fullmatch(code):
        raise ValueError(f"{code[:40]!r} is no code of a category, such as 05-06. Make the column text")
    return code


def read_word(value: object, words: type[Word]) -> Word:
    """Return one of the words of an enumeration. Raises ValueError naming them."""
    word = read_text(value)
    if word not in set(words):
        raise ValueError(f"{word[:40]!r} is none of {', '.join(words)}")
    return words(word)


def read_beginning(value: object, categories: Mapping[str, CaseCategory]) -> str:
    """Return with what the keys of some categories begin. Raises ValueError where none does."""
    beginning = read_text(value)
    if not any(key.startswith(beginning) for key in categories):
        raise ValueError(f"no category begins with {beginning[:40]!r}. Write it as event/05-06")
    return beginning


def read_area(value: object) -> str:
    """Return the code of an area, or nothing for the city. Raises ValueError saying what to do."""
    code = read_text(value)
    if not _AREA.fullmatch(code):
        raise ValueError(f"{code[:40]!r} is no code of an area. Use digits, or nothing for the whole city")
    return code


def read_priority(value: object) -> int:
    """Return a priority; 0 for an empty cell. Raises ValueError saying what to do."""
    text = read_text(value) or "0"
    if not re.fullmatch(r"-?[0-9]{1,4}", text):
        raise ValueError(f"{text[:40]!r} is no priority: use a whole number, the higher the stronger")
    return int(text)


def read_day(value: object) -> date | None:
    """Return a day; None for an empty cell. Raises ValueError saying how days are written."""
    text = read_text(value)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no day such as 2026-01-31") from None
