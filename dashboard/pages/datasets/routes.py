"""The routes of data sets: the list, one of them, and the act that decides about it."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction
from dashboard.pages.datasets import page
from dashboard.pages.datasets.forms import LARGEST, read_decision
from dashboard.pages.datasets.page import PATH, address_of
from dashboard.requests.forms import SMALL, number_of, read_fields
from dashboard.ui.html_pages import read_outcome
from dashboard.web.request_context import RequestContext, require
from dashboard.web.request_ids import ACT
from sharing.datasets.store import decide
from sharing.errors import DataSetChanged, DataSetUnknown, DecisionUnusable

router = APIRouter(include_in_schema=False)
Word = Annotated[str, Query(max_length=40)]
Name = Annotated[str, Path(pattern=r"^[a-z0-9_-]{2,100}$")]


@router.get(PATH)
async def show_list(
    q: Annotated[str, Query(max_length=100)] = "",
    which: Annotated[str, Query(pattern=f"^({'|'.join(page.WHICH)})$")] = "all",
    bad: Word = "",
) -> Response:
    """Return the list."""
    here = require(Role.SECURITY_ADMIN)
    return await asyncio.to_thread(page.draw_list, here, q, which, read_outcome("", bad))


@router.get(PATH + "/{name}")
async def show(name: Name, said: Word = "") -> Response:
    """Return one set, with the form that grades it."""
    here = require(Role.SECURITY_ADMIN)
    return await asyncio.to_thread(page.draw_set, here, name, read_outcome(said, ""))


@router.post(f"{PATH}/decide", dependencies=ACT)
async def store(request: Request) -> Response:
    """Decide about the set that a form names, as it was seen."""
    here = require(Role.SECURITY_ADMIN)
    sent = {name: values[-1] for name, values in (await read_fields(request, largest=LARGEST)).items()}
    return await asyncio.to_thread(_decide, here, sent)


def _decide(here: RequestContext, sent: dict[str, str]) -> Response:
    name, version = sent.get("name", ""), number_of(sent, "seen", digits=SMALL)

    def work(tx: Transaction) -> str:
        who, origin = here.person.name, here.origin
        decide(tx, name, read_decision(sent), seen=version, actor=who, now=utc_now(), origin=origin)
        return address_of(name, said="set_decided")

    try:
        return RedirectResponse(str(here.act(work)), HTTPStatus.SEE_OTHER)
    except DecisionUnusable as refused:
        return page.draw_set(here, name, typed=sent, wrong=refused.field)
    except DataSetChanged as changed:
        return page.draw_set(here, name, winner=changed.winner)
    except DataSetUnknown:
        return RedirectResponse(f"{PATH}?bad=set_unknown", HTTPStatus.SEE_OTHER)
