"""Documents and faults of GeoReport as answers over HTTP."""

from http import HTTPStatus

from starlette.responses import Response

from portal.open311.documents import Document, Format, write_document
from portal.open311.errors import GeoReportError

KEEP_LISTS = 60  # seconds that what changes seldom may be kept
KEEP_REQUESTS = 5
KEEP_DESCRIPTION = 3600


def format_in(path: str) -> Format:
    """Return the format that an address ends in; XML, which GeoReport requires, where it ends in none."""
    return Format.JSON if path.endswith(".json") else Format.XML


def answer_document(document: Document, form: Format, *, keep: int = 0, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return a document. `keep`: for how many seconds everybody may be given the same."""
    cache = f"public, max-age={keep}" if keep else "no-store"
    headers = {"Cache-Control": cache, "Content-Type": form.media_type}
    return Response(write_document(document, form), status, headers)


def answer_faults(form: Format, error: GeoReportError) -> Response:
    """Return a list of faults."""
    faults = [{"code": fault.code, "description": fault.description} for fault in error.faults]
    return answer_document(Document("errors", faults), form, status=error.status)
