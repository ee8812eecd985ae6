"""A catalogue as the sheets from which it can be imported again. Pure."""

from collections.abc import Iterable, Iterator

from cases.catalogue.catalogue_files import Part
from cases.catalogue.catalogue_tables import CATEGORY_COLUMNS, DEPARTMENT_COLUMNS, RULE_COLUMNS
from cases.catalogue.categories import CaseCatalogue, CaseCategory, CategoryKind
from cases.routing.responsibility import Responsibility

Line = tuple[str, ...]


def catalogue_sheets(catalogue: CaseCatalogue) -> dict[Part, tuple[Line, list[Line]]]:
    """Return the heads and rows of each sheet, all of them text; a sheet without rows is left out.

    `with_tables` makes the same catalogue of them, except for how a limit counts its days: no file says that.
    """
    categories, rules = catalogue.categories.values(), catalogue.rules
    departments: list[Line] = [
        (one.code, one.kind.value, one.name_zh, one.name_en) for one in catalogue.departments.values()
    ]
    found: dict[Part, tuple[Line, list[Line]]] = {
        Part.DEPARTMENTS: (DEPARTMENT_COLUMNS, departments),
        Part.COMPONENTS: (CATEGORY_COLUMNS, list(_category_lines(categories, CategoryKind.COMPONENT))),
        Part.EVENTS: (CATEGORY_COLUMNS, list(_category_lines(categories, CategoryKind.EVENT))),
        Part.RULES: (RULE_COLUMNS, [_rule_line(rule) for rule in rules]),
    }
    return {part: sheet for part, sheet in found.items() if sheet[1]}


def _category_lines(categories: Iterable[CaseCategory], kind: CategoryKind) -> Iterator[Line]:
    for one in (one for one in categories if one.kind is kind):
        for standard in one.standards:
            for stage in standard.stages:
                yield (
                    *(one.code, one.name_zh, one.name_en, one.department),
                    *(standard.condition_zh, standard.condition_en, stage.closing_zh, stage.closing_en),
                    *(stage.limit.short, str(standard.severity)),
                )


def _rule_line(rule: Responsibility) -> Line:
    cells = (getattr(rule, column) for column in RULE_COLUMNS)
    return tuple("" if cell is None else str(cell) for cell in cells)
