"""What keeps a cell of a file from being run by the spreadsheet that opens it."""

from cityops.imports.files.cells import is_formula


def harmless(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula: it is shown as text, behind an apostrophe."""
    return f"'{cell}" if is_formula(cell) else cell
