"""Files of a form: their names and bytes come through as they were sent, and anything else is refused."""

import asyncio
import io
import os

import httpx
import pytest
from starlette.requests import Request

from cityops.web.uploads import FormMalformed, UploadedForm, read_upload
from dashboard.requests.uploads import pack_files, unpack_files

BYTES = bytes(range(256)) * 40 + b"\r\n--\r\n\n\r" + os.urandom(5000)


def received(kind: str, body: bytes) -> UploadedForm:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode())]}
    return asyncio.run(read_upload(Request(scope, receive)))


def sent(files: list[tuple[str, tuple[str, bytes]]], fields: dict[str, str] | None = None) -> UploadedForm:
    request = httpx.Request(
        "POST", "http://x", files=[(name, (file, io.BytesIO(body))) for name, (file, body) in files], data=fields or {}
    )
    return received(request.headers["content-type"], request.read())


@pytest.mark.parametrize("name", ["events.csv", "类别与时限.xlsx", 'a"b;c.csv', "a b.xlsx"])
@pytest.mark.parametrize("content", [BYTES, b"a,b\r\n1,2\r\n", b"\n", "道路积水".encode("gb18030")])
def test_files_come_through_as_they_were_sent_and_again_from_hidden_fields(name: str, content: bytes) -> None:
    form = sent([("files", (name, content)), ("files", ("b.csv", b"x"))], {"seen": "3", "edition": "CJ/T 214"})

    assert [body for _, body in form.files] == [content, b"x"]
    assert form.files[0][0].replace("%22", '"') == name
    assert form.fields == {"seen": ["3"], "edition": ["CJ/T 214"]}
    assert unpack_files(pack_files(form.files)) == form.files


def test_no_file_is_no_file() -> None:
    assert sent([("files", ("", b""))], {"seen": "3"}).files == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"a=b"),
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=x", b"nothing"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nno name\r\n--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=a\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n"
            b"--y\r\n\r\ninner\r\n--y--\r\n--x--\r\n",
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n" * 41 + b"--x--\r\n",
        ),
    ],
)
def test_what_is_no_form_with_files_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(FormMalformed):
        received(kind, body)


@pytest.mark.parametrize("value", ["events.csv", "events.csv/=", "events.csv/a b", "events.csv/é"])
def test_what_no_form_packed_is_refused(value: str) -> None:
    with pytest.raises(FormMalformed):
        unpack_files([value])
