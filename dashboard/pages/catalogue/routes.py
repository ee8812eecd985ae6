"""The routes of the catalogue's pages. A change is tried on past cases first; then it is one act, on record."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cases.catalogue.catalogue_tables import RULE_COLUMNS
from cases.errors import CatalogueChanged, CategoryUnknown, RoutingError
from cases.store.catalogue.catalogue_change import change_catalogue
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.imports.findings import ImportRefused
from cityops.storage import Transaction
from cityops.web.request_bodies import LARGEST
from cityops.web.uploads import read_upload
from dashboard.pages.catalogue import category_pages as page
from dashboard.pages.catalogue import coverage_page, rules_page, services, trial_page, versions_page
from dashboard.pages.catalogue.address import PATH, address_of
from dashboard.pages.catalogue.forms import FILE, AskedEdit, read_edit
from dashboard.requests.forms import read_fields, read_form
from dashboard.requests.uploads import pack_files
from dashboard.ui.form_acts import answer_act
from dashboard.ui.html_pages import read_outcome
from dashboard.web.request_context import Forbidden, RequestContext, require
from dashboard.web.request_ids import ACT

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Query(max_length=200)]
Code = Annotated[str, Query(max_length=64)]
Page = Annotated[int, Query(ge=1, le=10_000)]
Number = Annotated[int | None, Query(ge=0, le=10**9)]


@router.get(PATH)
@router.get(f"{PATH}/categories")
async def show_categories(
    *,
    q: Text = "",
    kind: Code = "",
    department: Code = "",
    page_: Annotated[Page, Query(alias="page")] = 1,
    said: Code = "",
    bad: Code = "",
) -> Response:
    """Return what can be filed."""
    asked = {"q": q, "kind": kind, "department": department}
    return await asyncio.to_thread(page.draw_categories, administrator(), asked, page_, read_outcome(said, bad))


@router.get(f"{PATH}/category")
async def show_category(key: Code = "") -> Response:
    """Return one category."""
    return await asyncio.to_thread(page.draw_category, administrator(), key)


@router.get(f"{PATH}/rules")
async def show_rules(
    *, q: Text = "", department: Code = "", page_: Annotated[Page, Query(alias="page")] = 1
) -> Response:
    """Return the rules of responsibility."""
    return await asyncio.to_thread(rules_page.draw_rules, administrator(), {"q": q, "department": department}, page_)


@router.get(f"{PATH}/rule")
async def show_rule(request: Request, number: Number = None) -> Response:
    """Return the form of a rule, or of a new one; the address may say what stands in its fields."""
    asked = request.query_params
    typed = {column: asked[column][:200] for column in RULE_COLUMNS if column in asked}
    shown = typed if typed or "typed" in asked else None
    return await asyncio.to_thread(rules_page.draw_rule, administrator(), number, shown)


@router.get(f"{PATH}/coverage")
async def show_coverage() -> Response:
    """Return what leads to nobody, or to several."""
    return await asyncio.to_thread(coverage_page.draw_coverage, administrator())


@router.get(f"{PATH}/services")
async def show_services(
    *,
    q: Text = "",
    state: Code = "",
    page_: Annotated[Page, Query(alias="page")] = 1,
    said: Code = "",
    bad: Code = "",
) -> Response:
    """Return what the public may report."""
    asked = {"q": q, "state": state}
    return await asyncio.to_thread(services.draw_services, administrator(), asked, page_, read_outcome(said, bad))


@router.post(f"{PATH}/services", dependencies=ACT)
async def change_services(request: Request) -> Response:
    """Open or close a category, or say whether it is personal (`act`); lead back to the list as it was."""
    here, sent = administrator(), await read_form(request)

    def work(tx: Transaction) -> str:
        services.change(tx, here, sent)
        return "service_changed"

    return await asyncio.to_thread(answer_act, here, work, services.REFUSALS, back=services.list_address(sent))


@router.get(f"{PATH}/versions")
async def show_versions(since: Number = None, said: Code = "", bad: Code = "") -> Response:
    """Return the versions, and what is different since one."""
    return await asyncio.to_thread(versions_page.draw_versions, administrator(), since, read_outcome(said, bad))


@router.get(f"{PATH}/try")
async def try_edit(request: Request) -> Response:
    """Return what a change would do to past cases; nothing is stored."""
    here, sent = administrator(), request.query_params
    asked = read_edit({name: sent.getlist(name) for name in sent})
    return await asyncio.to_thread(_try, here, asked)


@router.get(f"{PATH}/catalogue.xlsx")
async def export() -> Response:
    """Return the catalogue in force as a workbook that can be changed and uploaded."""
    return await asyncio.to_thread(versions_page.export_catalogue, administrator())


@router.get(f"{PATH}/upload")
async def show_upload() -> Response:
    """Return the form for files."""
    return await asyncio.to_thread(versions_page.draw_upload, administrator())


@router.post(f"{PATH}/upload")
async def try_upload(request: Request) -> Response:
    """Return what the tables of files would do; nothing is stored: the confirmation brings the files again."""
    here, form = administrator(), await read_upload(request)
    asked = read_edit({**form.fields, "edit": [FILE], FILE: pack_files(form.files)})
    return await asyncio.to_thread(_try, here, asked)


@router.post(f"{PATH}/store", dependencies=ACT)
async def store(request: Request) -> Response:
    """Store a change as the next version, unless another one was stored since the form was made."""
    here = administrator()
    asked = read_edit(await read_fields(request, largest=LARGEST))
    return await asyncio.to_thread(_store, here, asked)


def administrator() -> RequestContext:
    """Return the visit of a system administrator of the whole city. Raises Forbidden."""
    here = require(Role.SYSTEM_ADMIN)
    if not here.person.scope.is_whole:
        raise Forbidden
    return here


def _try(here: RequestContext, asked: AskedEdit) -> Response:
    return _or_refused(here, asked, lambda: trial_page.draw_trial(here, asked))


def _store(here: RequestContext, asked: AskedEdit) -> Response:
    def work(tx: Transaction) -> str:
        who, now, zone = here.person.name, utc_now(), here.site.settings.zone
        done = change_catalogue(tx, asked.edit, actor=who, now=now, zone=zone, seen=asked.seen, origin=here.origin)
        said = "catalogue_same" if done.before == done.after else "catalogue_stored"
        return address_of("versions", since=done.version or None, said=said)

    return _or_refused(here, asked, lambda: RedirectResponse(str(here.act(work)), HTTPStatus.SEE_OTHER))


def _or_refused(here: RequestContext, asked: AskedEdit, answer: Callable[[], Response]) -> Response:
    """Return an answer, or the page that says why not; who comes second is shown who and what changed."""
    try:
        return answer()
    except CatalogueChanged as changed:
        target = address_of("versions", since=changed.seen, bad="catalogue_changed")
        return RedirectResponse(target, HTTPStatus.SEE_OTHER)
    except ImportRefused as refused:
        return trial_page.draw_mistakes(here, asked, str(refused), refused.errors, refused.file)
    except (RoutingError, CategoryUnknown) as refused:
        return trial_page.draw_mistakes(here, asked, str(refused), (), "")
