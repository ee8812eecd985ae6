"""The pages of the catalogue's versions: the list, the form for files, and the workbook of what is in force."""

from dataclasses import replace

from starlette.responses import Response

from cases.catalogue.catalogue_files import Part
from cases.catalogue.catalogue_sheets import catalogue_sheets
from cases.catalogue.catalogue_uploads import LARGEST, MOST_FILES
from cases.catalogue.differences import differences
from cases.store.catalogue.catalogue_change import EMPTY
from cases.store.catalogue.catalogue_versions import list_versions, load_catalogue
from cityops.clock import utc_now
from cityops.storage.audit import record
from dashboard.pages.catalogue.address import address_of
from dashboard.pages.catalogue.catalogue_desk import read_desk
from dashboard.pages.catalogue.trial_view import MOST_DIFFERENCES, change_lines
from dashboard.requests.file_names import attachment
from dashboard.requests.workbooks import XLSX, TableSheet, workbook
from dashboard.ui.html_pages import RequestOutcome
from dashboard.web.request_context import RequestContext

MOST_VERSIONS = 100


def draw_versions(here: RequestContext, since: int | None, outcome: RequestOutcome | None = None) -> Response:
    """Return every version, and what is different since one of them."""
    with here.site.database.transaction() as tx:
        desk = read_desk(here, tx)
        versions = list_versions(tx, most=MOST_VERSIONS)
        before = load_catalogue(tx, since) if since else None
    found = list(differences(before, desk.words.catalogue)) if before is not None else []
    old = replace(desk.words, catalogue=before or EMPTY)
    return desk.draw(
        "versions",
        "versions",
        outcome,
        versions=[(row, address_of("versions", since=row["version"])) for row in versions],
        since=since if before is not None else None,
        between=[row for row in versions if before is not None and row["version"] > (since or 0)],
        changes=change_lines(found[:MOST_DIFFERENCES], old, desk.words),
        hidden=max(0, len(found) - MOST_DIFFERENCES),
    )


def draw_upload(here: RequestContext) -> Response:
    """Return the form for files."""
    with here.site.database.transaction() as tx:
        desk = read_desk(here, tx)
    limits = {"files": MOST_FILES, "largest": LARGEST // 1024, "parts": ", ".join(Part)}
    return desk.draw("upload", "upload", seen=desk.seen, edition=desk.words.catalogue.edition, limits=limits)


def export_catalogue(here: RequestContext) -> Response:
    """Return the catalogue in force as a workbook, on record."""
    with here.site.database.transaction() as tx:
        desk = read_desk(here, tx)
        detail, now = {"version": desk.seen}, utc_now()
        edition = desk.words.catalogue.edition
        record(tx, here.person.name, "case.catalogue.export", edition, at=now, origin=here.origin, detail=detail)
    sheets = [TableSheet(part, heads, rows) for part, (heads, rows) in catalogue_sheets(desk.words.catalogue).items()]
    name = attachment(f"case-catalogue-{desk.seen}.xlsx")
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(workbook(sheets), media_type=XLSX, headers=headers)
