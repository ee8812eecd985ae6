"""The files of a catalogue: CSV files, or the sheets of a workbook, each named after what it holds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from cases.catalogue import catalogue_tables
from cases.catalogue.categories import CaseCatalogue, CategoryKind
from cityops.imports.files.csv_files import read_csv
from cityops.imports.files.tables import Table
from cityops.imports.files.workbooks import read_workbook
from cityops.imports.findings import Findings, ImportRefused

DEMO_EDITION = "demo-1"
MOST_NAMED = 10


class Part(StrEnum):
    """What a file or sheet holds, and so is called."""

    DEPARTMENTS = "departments"
    COMPONENTS = "components"
    EVENTS = "events"
    RULES = "responsibilities"


Tables = Mapping[Part, Table]


def read_tables(paths: Iterable[Path], *, encoding: str | None = None) -> dict[Part, Table]:
    """Return the tables of CSV files and workbooks. Raises ImportRefused."""
    found: dict[Part, Table] = {}
    for path in paths:
        for name, table in _tables_of(path, encoding):
            if name not in set(Part):
                raise ImportRefused(f"{path.name}: {name!r} is no part of a catalogue. Call it {', '.join(Part)}.")
            if name in found:
                raise ImportRefused(f"{path.name}: {name} is given twice. Give it once.")
            found[Part(name)] = table
    return found


def demo_catalogue() -> CaseCatalogue:
    """Return the catalogue of the simulated city. Its limits are that city's; a real one has its own."""
    folder = Path(str(files("cases").joinpath("data", "catalogue")))
    tables = read_tables(sorted(folder.glob("*.csv")))
    return with_tables(CaseCatalogue(DEMO_EDITION, {}, {}), tables, edition=DEMO_EDITION)


def with_tables(known: CaseCatalogue, tables: Tables, *, edition: str = "") -> CaseCatalogue:
    """Return a catalogue with the given tables in the place of its own. Raises ImportRefused with every mistake."""
    catalogue = replace(known, edition=edition or known.edition)
    for part in (part for part in Part if part in tables):
        findings = Findings(part)
        catalogue = _READERS[part](catalogue, tables[part], findings)
        findings.refuse_errors()
    _check_departments(catalogue)
    return catalogue


def _tables_of(path: Path, encoding: str | None) -> list[tuple[str, Table]]:
    if path.suffix.lower() == ".xlsx":
        return list(read_workbook(path).items())
    findings = Findings(path.name)
    return [(path.stem.lower(), read_csv(path, findings, encoding=encoding))]


def _with_departments(known: CaseCatalogue, table: Table, findings: Findings) -> CaseCatalogue:
    return replace(known, departments=catalogue_tables.read_departments(table, findings))


def _with_kind(kind: CategoryKind) -> Callable[[CaseCatalogue, Table, Findings], CaseCatalogue]:
    def read(known: CaseCatalogue, table: Table, findings: Findings) -> CaseCatalogue:
        others = {key: category for key, category in known.categories.items() if category.kind is not kind}
        read = catalogue_tables.read_categories(table, kind, known.departments, findings)
        return replace(known, categories=dict(sorted((others | read).items())))

    return read


def _with_rules(known: CaseCatalogue, table: Table, findings: Findings) -> CaseCatalogue:
    return replace(known, rules=catalogue_tables.read_rules(table, known.departments, known.categories, findings))


def _check_departments(catalogue: CaseCatalogue) -> None:
    """Raise ImportRefused when a category or rule that was kept belongs to a department that is there no more."""
    used = {rule.department: f"a rule for {rule.category or 'all'}" for rule in catalogue.rules}
    used |= {category.department: category.key for category in catalogue.categories.values()}
    gone = [f"{code} ({used[code]})" for code in sorted(used) if code not in catalogue.departments]
    if gone:
        raise ImportRefused(
            f"There would be no department {', '.join(gone[:MOST_NAMED])}. Keep it, or give those tables as well."
        )


_READERS: dict[Part, Callable[[CaseCatalogue, Table, Findings], CaseCatalogue]] = {
    Part.DEPARTMENTS: _with_departments,
    Part.COMPONENTS: _with_kind(CategoryKind.COMPONENT),
    Part.EVENTS: _with_kind(CategoryKind.EVENT),
    Part.RULES: _with_rules,
}
