"""What the forms of the catalogue ask for: an edit, and the fields that ask for it again once it has been tried."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from cases.catalogue.catalogue_files import with_tables
from cases.catalogue.catalogue_tables import RULE_COLUMNS
from cases.catalogue.catalogue_uploads import read_uploads
from cases.catalogue.edits import Edit, with_lead, with_limits
from cases.catalogue.rule_edits import with_rule, without_rule
from cityops.web.uploads import FormMalformed
from dashboard.pages.catalogue.address import address_of
from dashboard.requests.uploads import unpack_files

Fields = Mapping[str, Sequence[str]]
LONGEST = 200  # characters of one field
FILE = "file"  # the edit of an upload, and the fields in which its files come back with the confirmation


@dataclass(frozen=True, slots=True)
class AskedEdit:
    """An edit, the version that its form was made of, its fields, and the form's own address with what was typed."""

    edit: Edit
    seen: int
    fields: tuple[tuple[str, str], ...]
    back: str


def read_edit(sent: Fields) -> AskedEdit:
    """Return the edit that a form asks for. Raises FormMalformed."""
    kind = _one(sent, "edit")
    if kind not in _READERS:
        raise FormMalformed
    edit, names, back = _READERS[kind](sent)
    fields = tuple(
        (name, value if name == FILE else value[:LONGEST])
        for name in ("edit", "seen", *names)
        for value in sent.get(name, ())
    )
    return AskedEdit(edit, read_number(_one(sent, "seen")), fields, back)


def read_number(text: str) -> int:
    """Return a whole number of a form. Raises FormMalformed."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise FormMalformed
    return int(text)


def _rule(sent: Fields) -> tuple[Edit, Sequence[str], str]:
    cells = {column: _one(sent, column) for column in RULE_COLUMNS}
    number = read_number(_one(sent, "number")) if _one(sent, "number") else None
    back = address_of("rule", number=number, typed=1, **cells)
    return lambda known: with_rule(known, cells, number), ("number", *RULE_COLUMNS), back


def _drop(sent: Fields) -> tuple[Edit, Sequence[str], str]:
    number = read_number(_one(sent, "number"))
    return lambda known: without_rule(known, number), ("number",), address_of("rule", number=number)


def _limits(sent: Fields) -> tuple[Edit, Sequence[str], str]:
    standard, severity = _one(sent, "standard"), _one(sent, "severity")
    limits = [limit.strip()[:LONGEST] for limit in sent.get("limit", ())]
    back = address_of("category", key=standard.rpartition(".")[0])
    return lambda known: with_limits(known, standard, limits, severity), ("standard", "severity", "limit"), back


def _lead(sent: Fields) -> tuple[Edit, Sequence[str], str]:
    key, department = _one(sent, "key"), _one(sent, "department")
    return lambda known: with_lead(known, key, department), ("key", "department"), address_of("category", key=key)


def _upload(sent: Fields) -> tuple[Edit, Sequence[str], str]:
    files, edition = unpack_files(sent.get(FILE, ())), _one(sent, "edition")
    tables = cache(lambda: read_uploads(files))  # read where its mistakes are told, and once
    return lambda known: with_tables(known, tables(), edition=edition), ("edition", FILE), address_of("upload")


def _one(sent: Fields, name: str) -> str:
    return (sent.get(name) or [""])[-1].strip()[:LONGEST]


_READERS: dict[str, Callable[[Fields], tuple[Edit, Sequence[str], str]]] = {
    "rule": _rule,
    "drop": _drop,
    "limits": _limits,
    "lead": _lead,
    FILE: _upload,
}
