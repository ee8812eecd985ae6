"""The files of open data: each looked up among what is open now, then given whole, in part, or packed."""

from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from cityops.storage import Row
from portal.context import portal_of
from portal.open_data.routes import KEEP
from portal.store.data_sets import FORMS, find_file, read_files
from portal.web.allowances import AllowanceKind
from portal.web.faults import answer_page_fault
from portal.web.rooms import Room
from sharing.datasets.quality import CLOSED_AFTER

CHECK = "public, no-cache"  # kept by whom one likes, and asked for again: a set may be withdrawn at any moment
PACKED = ".gz"


async def show_manifest(request: Request) -> Response:
    """All files, with their digests."""
    rows = await portal_of(request).read_open(read_files)
    document = {"closed_after_hours": CLOSED_AFTER.total_seconds() / 3600, "files": [_told(row) for row in rows]}
    return JSONResponse(document, headers={"Cache-Control": f"public, max-age={KEEP}"})


async def give_file(request: Request) -> Response:
    """One file. What is not open is as absent as what is not there."""
    portal, folder = portal_of(request), request.app.state.settings.open_files_dir
    name, period, form = (request.path_params[part] for part in ("name", "period", "form"))
    row = folder and await portal.read_open(partial(find_file, name=name, period=period, form=form))
    if not row:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    # The names are those of the row, which are checked in the database: no address reaches another file.
    path = Path(folder) / row["name"] / f"{row['period']}.{row['form']}"
    is_packed = _takes_packed(request) and path.with_name(path.name + PACKED).is_file()
    return _answer(request, row, path.with_name(path.name + PACKED) if is_packed else path, is_packed=is_packed)


def _answer(request: Request, row: Row, path: Path, *, is_packed: bool) -> Response:
    tag = f'"{row["sha256"][:32]}{"-gz" if is_packed else ""}"'
    headers = {"Cache-Control": CHECK, "ETag": tag, "Vary": "Accept-Encoding"}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    try:
        stat = path.stat()
    except OSError as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error  # announced, and lost: `watch` makes it again
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    name = f"{row['name']}-{row['period']}.{row['form']}"
    media_type = FORMS[row["form"]][1]
    return FileResponse(path, headers=headers, media_type=media_type, filename=name, stat_result=stat)


def _takes_packed(request: Request) -> bool:
    """Whether it may be packed: a part is counted in the bytes of the file itself."""
    return "gzip" in request.headers.get("accept-encoding", "").lower() and "range" not in request.headers


def _told(row: Row) -> dict[str, Any]:
    path = f"/files/{row['name']}/{row['period']}.{row['form']}"
    return {
        "set": row["name"],
        "period": row["period"],
        "path": path,
        "format": FORMS[row["form"]][0],
        "bytes": row["bytes"],
        "rows": row["rows"],
        "sha256": row["sha256"],
        "made_at": row["made_at"].isoformat(timespec="seconds"),
    }


ROUTES = [Route("/files/manifest.json", show_manifest), Route("/files/{name}/{period}.{form}", give_file)]
ROOMS = (
    Room("/files/", answer_page_fault, is_open=True, is_searched=False, limit=AllowanceKind.OPEN),
)  # people follow links, too
