"""Which scores an address asks for, and who looks at them."""

import re
from dataclasses import dataclass

from cases.catalogue.categories import DepartmentKind
from cases.counting.score_readers import ScoreReader
from cases.evaluation.formula_files import load_formulas
from cases.evaluation.formulas import FormulaTables, ScoreFormula
from cases.store.evaluation.score_views import (
    MonthScores,
    read_month,
)
from cityops.clock import utc_now
from cityops.storage import Transaction
from dashboard.cases.seats import CaseSeat
from dashboard.pages.evaluation.address import EvaluationAddress
from dashboard.pages.evaluation.view import (
    in_words,
    known_counts,
)
from dashboard.web.request_context import RequestContext

USUAL = "department"
KINDS = ("department", "hotline", "area", "street", "collector", "acceptor", "chief", "dispatcher")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class AskedScores:
    """What an address asks for, with the formula that it names; what it does not know is as usual."""

    address: EvaluationAddress
    formula: ScoreFormula
    tables: FormulaTables

    def read(self, tx: Transaction, reader: ScoreReader) -> MonthScores:
        """Read the scores."""
        return read_month(tx, self.address.month, self.address.formula, self.formula, reader)

    def formula_name(self, language: str) -> str:
        """Return what the formula is called."""
        return in_words(self.formula.name, language)


def read_asked(
    here: RequestContext, month: str, formula: str, unit: str = "", behind: str = "", group: str = ""
) -> AskedScores:
    """Return what is asked for."""
    tables = load_formulas()
    name = formula if formula in tables.formula else USUAL
    this_month = f"{utc_now().astimezone(here.site.settings.zone):%Y-%m}"
    wanted = month if _MONTH.fullmatch(month) and "1970" <= month[:4] <= "2199" else this_month
    known = known_counts(tables)
    counts = tuple(count for count in behind.split(",") if count in known)
    level = group if group in tuple(DepartmentKind) else ""
    return AskedScores(EvaluationAddress(wanted, name, unit, counts, level), tables.formula[name], tables)


def reader_of(seat: CaseSeat) -> ScoreReader:
    """Return who looks at scores."""
    return ScoreReader(seat.here.person.name, seat.scope, seat.posts)
