"""What keeps a cell of a file from being run by the spreadsheet that opens it."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula: it is shown as text, behind an apostrophe."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
