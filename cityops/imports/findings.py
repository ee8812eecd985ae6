"""What an import finds in a file: errors that refuse it, repairs and warnings that the person should know."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from cityops.errors import CityOpsError

_ROWS_NAMED = 10
_KINDS_NAMED = 20


class Weight(StrEnum):
    """What a finding means for the import."""

    ERROR = "error"  # the file is refused
    REPAIR = "repair"  # the import goes on with something the file does not say
    WARNING = "warning"  # the import goes on; the person should look


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `row` counts from 1, the first one below a header; None is the file as a whole."""

    weight: Weight
    text: str
    row: int | None = None
    code: str = ""  # of the area or sensor in that row, as far as it could be read
    column: str = ""
    detail: str = ""  # what this row has of its own; rows that share the text are told in one line


class ImportRefused(CityOpsError):
    """The file cannot be imported and nothing was stored. Correct the file and import it again.

    `errors`: each mistake by itself, for who shows them in a table; `file`: what they were found in.
    """

    def __init__(self, text: str | None = None, *, errors: Sequence[Finding] = (), file: str = "") -> None:
        super().__init__(text)
        self.errors = tuple(errors)
        self.file = file


@dataclass(slots=True)
class Findings:
    """All that was found in one file, in the order in which it was found."""

    file: str
    all: list[Finding] = field(default_factory=list)

    def add(
        self, weight: Weight, text: str, *, row: int | None = None, code: str = "", column: str = "", detail: str = ""
    ) -> None:
        """Remember one finding. The text of an error says what to do."""
        self.all.append(Finding(weight, text, row, code, column, detail))

    def of(self, weight: Weight) -> list[Finding]:
        """Return the findings of one weight."""
        return [finding for finding in self.all if finding.weight is weight]

    def refuse_errors(self) -> None:
        """Raise ImportRefused, naming row and column of each error, when there is one."""
        errors = self.of(Weight.ERROR)
        if errors:
            raise ImportRefused(
                "\n  ".join(
                    [
                        f"{self.file} is refused, nothing was stored:",
                        *describe(errors),
                        "Rows are counted from 1, the first below a header. Correct them and import the file again.",
                    ]
                ),
                errors=errors,
                file=self.file,
            )


def describe(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a line for each kind of finding: its column, the first rows that have it, and its text."""
    ordered = sorted(findings, key=_kind)
    groups = [list(group) for _, group in groupby(ordered, key=_kind)]
    groups.sort(key=lambda group: group[0].row or 0)
    for group in groups[:_KINDS_NAMED]:
        place = [part for part in (_rows(group), f"column {group[0].column}" if group[0].column else "") if part]
        details = ", ".join(finding.detail for finding in group[:_ROWS_NAMED] if finding.detail)
        text = f"{group[0].text}; {details}" if details else group[0].text
        yield ": ".join([", ".join(place), text]) if place else text
    if len(groups) > _KINDS_NAMED:
        yield f"… and {sum(map(len, groups[_KINDS_NAMED:]))} more"


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.column, finding.text


def _rows(group: list[Finding]) -> str:
    named = [
        f"{finding.row} ({finding.code})" if finding.code else str(finding.row) for finding in group if finding.row
    ]
    if not named:
        return ""
    more = f" and {len(named) - _ROWS_NAMED} more" if len(named) > _ROWS_NAMED else ""
    return f"row{'s' if len(named) > 1 else ''} {', '.join(named[:_ROWS_NAMED])}{more}"
