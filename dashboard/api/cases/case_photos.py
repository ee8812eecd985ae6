"""`/api/v1/cases/{id}/photos`: photographs of a case, kept without what the camera says of itself."""

import asyncio
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cases.errors import ActRefused, CaseUnknown, PhotoUnusable
from cases.life.transitions import Act
from cases.photo_files import Photo, read_photo
from cases.store.photos import add_photo, find_photo
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction
from dashboard.api.cases.case_acts import ACT_REFUSALS
from dashboard.api.cases.case_refusals import refusal
from dashboard.cases.seats import CaseSeat, seat_for, take_seat
from dashboard.web.refusals import REFUSALS, Problem, answer
from dashboard.web.request_context import require
from dashboard.web.request_ids import ACT

router = APIRouter(prefix="/cases")
PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}, "image/png": {}}}}


@router.post("/{case_id}/photos", responses=ACT_REFUSALS, dependencies=ACT)
async def add_case_photo(case_id: int, request: Request) -> Any:
    """Keep a photograph (the body: JPEG or PNG) and return its `sha256`, by which acts name it.

    Its EXIF place is read, and everything but the picture is left out.
    """
    seat = await asyncio.to_thread(seat_for, require(Role.VIEWER), Act.COMMENT)
    try:
        photo = read_photo(await request.body())
    except PhotoUnusable as error:
        return answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), error="bad_photo")
    return await asyncio.to_thread(_add, seat, case_id, photo)


@router.get(
    "/{case_id}/photos/{sha256}", response_class=Response, responses={**PICTURE, **REFUSALS, 404: {"model": Problem}}
)
async def show_photo(case_id: int, sha256: str) -> Response:
    """Return a photograph of a case."""
    seat = await asyncio.to_thread(take_seat, require(Role.VIEWER))
    found = await asyncio.to_thread(_find, seat, case_id, sha256)
    if found is None:
        return answer(HTTPStatus.NOT_FOUND)
    kind, content = found
    return Response(content, media_type=kind, headers={"Cache-Control": "private, max-age=86400"})


def _add(seat: CaseSeat, case_id: int, photo: Photo) -> Any:
    def work(tx: Transaction) -> dict[str, str]:
        return {"sha256": add_photo(tx, case_id, photo, actor=seat.here.person.name, now=utc_now())}

    try:
        return seat.act(work)
    except (CaseUnknown, ActRefused) as error:
        return refusal(error)


def _find(seat: CaseSeat, case_id: int, sha256: str) -> tuple[str, bytes] | None:
    with seat.database.transaction() as tx:
        row = find_photo(tx, case_id, sha256)
    return None if row is None else (row["kind"], bytes(row["content"]))
