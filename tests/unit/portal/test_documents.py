"""The two formats of GeoReport say the same, and neither breaks at what people write."""

import json
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from portal.open311.documents import Document, Format, plain_text, write_document


def test_values_in_both_formats() -> None:
    document = Document(
        "service_requests",
        [{"service_request_id": "001", "lat": 30.05, "status_notes": None, "metadata": True, "notes": [{"type": "a"}]}],
    )

    assert json.loads(write_document(document, Format.JSON)) == document.content
    assert write_document(document, Format.XML).decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        "<service_requests><request><service_request_id>001</service_request_id><lat>30.05</lat><status_notes/>"
        "<metadata>true</metadata><notes><note><type>a</type></note></notes></request></service_requests>"
    )


def test_an_empty_list_is_an_empty_list() -> None:
    document = Document("service_requests", [])

    assert write_document(document, Format.JSON) == b"[]"
    assert write_document(document, Format.XML).endswith(b"\n<service_requests/>")


def test_a_list_of_one_stays_a_list() -> None:
    assert json.loads(write_document(Document("services", [{"keywords": "a"}]), Format.JSON)) == [{"keywords": "a"}]


def test_the_encoding_is_named() -> None:
    assert Format.XML.media_type == "text/xml; charset=utf-8"
    assert Format.JSON.media_type == "application/json; charset=utf-8"


@given(st.text())
def test_any_text_comes_through_xml(text: str) -> None:
    content = write_document(Document("errors", [{"description": text}]), Format.XML)

    said = ET.fromstring(content).findtext("error/description")
    assert (said or "") == plain_text(text)
