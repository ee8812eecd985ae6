"""Acts that a form without a script asks for: done once, and answered with the page that says what became of it."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Protocol

from fastapi import Query
from starlette.responses import RedirectResponse

from cityops.errors import CityOpsError
from cityops.storage import Transaction

Word = Annotated[str, Query(max_length=40)]  # `said` or `bad` of an address: what became of the last act
Refusals = Mapping[type[CityOpsError], str]  # the word of `bad` for each way in which an act may be refused


class Acting(Protocol):
    """Who acts: a visit, or a seat at the cases."""

    def act(self, work: Callable[[Transaction], Any]) -> Any:
        """Do the work in one transaction, once for this request; return what it returns."""


def answer_act(who: Acting, work: Callable[[Transaction], str], refusals: Refusals, *, back: str) -> RedirectResponse:
    """Do an act once for this request and lead back to a page, which then says what became of it.

    `work` returns the word of `said`, after which a fragment (`#…`) may follow. `back`: the page, perhaps with a query.
    Raises what `who.act` raises and `refusals` does not name.
    """
    join = "&" if "?" in back else "?"

    def do(tx: Transaction) -> str:
        return f"{back}{join}said={work(tx)}"

    try:
        target = str(who.act(do))
    except tuple(refusals) as refused:
        target = f"{back}{join}bad={next(word for kind, word in refusals.items() if isinstance(refused, kind))}"
    return RedirectResponse(target, HTTPStatus.SEE_OTHER)
