"""Files that a form sends (`multipart/form-data`), read within limits and by the standard library alone."""

from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from starlette.requests import Request

from cityops.errors import CityOpsError

MOST_PARTS = 40  # of one form
DISPOSITION = "content-disposition"


class FormMalformed(CityOpsError):
    """The request is not what this page sends. Reload the page and try again."""


@dataclass(frozen=True, slots=True)
class UploadedForm:
    """The fields of a form by name, and its files: the name that the browser gave, and what is in it."""

    fields: dict[str, list[str]]
    files: list[tuple[str, bytes]]


async def read_upload(request: Request) -> UploadedForm:
    """Return what a form sends. Raises FormMalformed for what is no such form. `RequestBodies` bounds its size."""
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data") or "\n" in kind or "\r" in kind:
        raise FormMalformed
    head = f"Content-Type: {kind}\r\n\r\n".encode("ascii", "replace")
    message = BytesParser(policy=compat32).parsebytes(head + await request.body())
    parts = message.get_payload()
    if not isinstance(parts, list) or len(parts) > MOST_PARTS:
        raise FormMalformed
    form = UploadedForm({}, [])
    for part in parts:
        if not isinstance(part, Message):
            raise FormMalformed
        _add(form, part)
    return form


def _add(form: UploadedForm, part: Message) -> None:
    said, content = _disposition(part), part.get_payload(decode=True)
    name, file = said.get_param("name", header=DISPOSITION), said.get_filename()
    if not isinstance(name, str) or not isinstance(content, bytes):
        raise FormMalformed
    if file is None:
        form.fields.setdefault(name, []).append(content.decode(errors="replace"))
    elif file or content:  # a browser sends an empty file for none
        form.files.append((file, content))


def _disposition(part: Message) -> Message:
    """Return what a part says of itself as text: browsers write names in UTF-8, which the parser holds as bytes."""
    told = Message()
    for header, value in part.raw_items():
        if header.lower() == DISPOSITION:
            told[DISPOSITION] = str(value).encode("ascii", "surrogateescape").decode(errors="replace")
    return told
