"""The values in the cells of a table, as spreadsheets, dBase and GIS programs leave them."""

import math
import re
import unicodedata

from cityops.devices.topics import AREA_CODE

_WHOLE_WITH_POINT = re.compile(r"([0-9]+)\.0*")
_SCIENTIFIC = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+")
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?")
_EXACT = 2**53  # from here on a floating-point number no longer tells every integer apart

LONGEST_NAME = 200
FORMULA_STARTS = "=+-@"  # what begins a formula
MINUS = "\N{MINUS SIGN}"  # a minus to a spreadsheet, and nothing like one to Unicode


def read_text(value: object) -> str:
    """Return a cell as text without padding; an empty one as "". Whole numbers lose their decimal point."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip(" \t\r\n\x00\u3000\ufeff")


def read_code(value: object) -> str:
    """Return an area code, a string of digits; leading zeros stay. Raises ValueError saying what to do."""
    if isinstance(value, float) and abs(value) >= _EXACT:
        raise ValueError("the number has lost digits. Make the column text and fill it again")
    code = unicodedata.normalize("NFKC", read_text(value))  # full-width digits
    if _SCIENTIFIC.fullmatch(code):
        raise ValueError(f"{code} has lost digits in a spreadsheet. Make the column text and fill it again")
    if whole := _WHOLE_WITH_POINT.fullmatch(code):
        code = whole[1]
    if not code:
        raise ValueError("the code is empty. Give every area its code")
    if not AREA_CODE.fullmatch(code):
        raise ValueError(f"{code[:40]!r} is no string of 1 to 32 digits. Correct the code, or name another column")
    return code


def read_name(value: object) -> str:
    """Return a name of 1 to 200 characters. Raises ValueError saying what to do."""
    name = read_text(value)
    if not name:
        raise ValueError("the name is empty. Give every row a name")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"the name has {len(name)} characters. Shorten it to {LONGEST_NAME}")
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise ValueError(f"{name[:40]!r} has control characters. Remove them")
    return name


def read_number(value: object) -> float:
    """Return a number. Raises ValueError saying what to do."""
    text = read_text(value)
    if not _NUMBER.fullmatch(text):  # float() takes more, such as nan and 1_000
        raise ValueError(f"{text[:40]!r} is no number. Give degrees, such as 121.4737")
    return float(text)


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet might run a text: also written with full-width or small signs, and behind blanks.

    Blanks are all that shows nothing: spaces of any width, line ends, marks of no width, control characters.
    """
    first = next((sign for sign in cell if not _is_blank(sign)), "")
    folded = unicodedata.normalize("NFKC", first)[:1]
    return folded == MINUS or (folded != "" and folded in FORMULA_STARTS) or cell[:1] in tuple("\t\r\n")


def _is_blank(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf", "Zs", "Zl", "Zp")
