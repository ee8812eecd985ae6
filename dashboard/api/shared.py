"""`/api/v1/shared`: what a department reads of another's data, by a token that was granted for it."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from dashboard.web.access_rules import bearer_of
from dashboard.web.refusals import REFUSALS, Problem, QueryTime, answer
from dashboard.web.request_context import visit
from sharing.departments.reading import MOST_ROWS, SharedPage, read_shared, tell_shared
from sharing.departments.tables import csv_of, objects_of
from sharing.errors import DataSetUnknown, ShareKeyUnusable, ShareTokenUnknown

router = APIRouter(prefix="/api/v1/shared", tags=["shared"])
CSV = "text/csv"
UNKNOWN: dict[int | str, dict[str, Any]] = {**REFUSALS, 404: {"model": Problem}}


class OpenedSet(BaseModel):
    """A set that the token opens, and the fields that were granted."""

    name: str
    title_zh: str
    title_en: str
    fields: list[str]


class Grant(BaseModel):
    """What a token opens: for whom, what for, where (a code with all that lies in it, "": the city), until when."""

    department: str
    purpose: str
    area: str
    expires_at: str
    sets: list[OpenedSet]


class Rows(BaseModel):
    """A page. `masked`: fields that tell of persons and were not granted, so they are empty or rounded.

    `next` is the `after` of the next page; where it has no rows, what is new is found there later.
    `late`: so many rows, the first ones, came after you had read past their time, and some may have been given before:
    keep one row for each time, sensor and metric, the newest. `behind`: you were away for so long that some of these
    are not told any more; read the span again by `start`.
    """

    set: str
    fields: list[str]
    masked: list[str]
    rows: list[dict[str, Any]]
    next: str
    late: int
    behind: bool


@router.get("", response_model=Grant, responses=REFUSALS)
async def show_grant(request: Request) -> Any:
    """Return what the token opens."""
    here, token = visit(), bearer_of(request) or ""

    def work() -> list[dict[str, Any]]:
        with here.site.database.transaction() as tx:
            return tell_shared(tx, token)

    try:
        rows = await here.site.exports.run(work)
    except ShareTokenUnknown as refused:
        return answer(HTTPStatus.UNAUTHORIZED, refused.public)
    first, shown = rows[0], ("title_zh", "title_en", "fields")
    return {
        "department": first["department"],
        "purpose": first["purpose"],
        "area": first["in_area"],
        "expires_at": first["expires_at"].isoformat(),
        "sets": [{"name": row["data_set"]} | {name: row[name] for name in shown} for row in rows],
    }


@router.get(
    "/{name}",
    response_model=Rows,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}, **UNKNOWN},
)
async def read_set(
    request: Request,
    name: Annotated[str, Path(pattern=r"^[a-z0-9_-]{2,100}$", description="as `/api/v1/shared` lists it")],
    after: Annotated[str, Query(max_length=500, description="the `next` of the page before")] = "",
    start: Annotated[
        QueryTime | None,
        Query(description="of readings and hours, without `after`: ISO 8601 with a zone; a day ago unless told"),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 1000,
    format: Annotated[Literal["json", "csv"], Query()] = "json",  # noqa: A002  (what the address says)
) -> Any:
    """Return rows of a set in the order of their keys, as far as the token reaches; each read is counted.

    The header `Link` with rel="next" holds the address of the next page. Alerts and cases come in the order in which
    they last changed, so who reads on gets each change. Readings and hours come in the order of their time; those that
    came late are the first rows of a later page.
    """
    here, token = visit(), bearer_of(request) or ""
    asked = {"after": after, "start": start, "limit": limit, "origin": here.origin}

    def work() -> SharedPage:
        with here.site.database.transaction() as tx:
            return read_shared(tx, token, name, **asked)  # type: ignore[arg-type]

    turn = here.site.exports.turns.enter(f"token {token}")
    try:
        page = await here.site.exports.run(work)
    except ShareTokenUnknown as refused:
        return answer(HTTPStatus.UNAUTHORIZED, refused.public)
    except DataSetUnknown as refused:
        return answer(HTTPStatus.NOT_FOUND, refused.public)
    except ShareKeyUnusable as refused:
        return answer(HTTPStatus.UNPROCESSABLE_ENTITY, refused.public)
    finally:
        turn.leave()
    following = request.url.remove_query_params("start").include_query_params(after=page.next)
    headers = {"Link": f'<{following.path}?{following.query}>; rel="next"'}
    if format == "csv":
        return Response(csv_of(page), media_type=CSV, headers=headers)
    told = {"set": name, "fields": page.fields, "masked": page.masked, "rows": objects_of(page), "next": page.next}
    return JSONResponse(told | {"late": page.late, "behind": page.is_behind}, headers=headers)
