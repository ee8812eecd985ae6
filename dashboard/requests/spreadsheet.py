"""What keeps a cell of a file from being run by the spreadsheet that opens it."""

import unicodedata

STARTS = "=+-@"  # what begins a formula
MINUS = "\N{MINUS SIGN}"  # a minus to a spreadsheet, and nothing like one to Unicode


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet might run a text: also written with full-width or small signs, and behind blanks.

    Blanks are all that shows nothing: spaces of any width, line ends, marks of no width, control characters.
    """
    first = next((sign for sign in cell if not _is_blank(sign)), "")
    folded = unicodedata.normalize("NFKC", first)[:1]
    return folded == MINUS or (folded != "" and folded in STARTS) or cell[:1] in tuple("\t\r\n")


def harmless(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula: it is shown as text, behind an apostrophe."""
    return f"'{cell}" if is_formula(cell) else cell


def _is_blank(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf", "Zs", "Zl", "Zp")
