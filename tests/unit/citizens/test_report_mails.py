"""Messages become reports: their text is text, and nothing in them breaks the import."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.life.details import CaseType
from citizens.channels.report_mails import read_mail
from citizens.persons.contact import NOBODY, Contact
from citizens.reports import NewReport, check_report
from cityops.imports.findings import Findings, ImportRefused
from tests.case_samples import NOW
from tests.citizen_samples import LI, make_mail


def read(folder: Path, content: bytes) -> tuple[NewReport, list[str]]:
    path = folder / "a.eml"
    path.write_bytes(content)
    findings = Findings(path.name)
    report = read_mail(path, findings, sender="mailbox", now=NOW, kind=CaseType.HELP)
    return report, [one.text for one in findings.all]


def test_a_message_is_a_report_with_its_author(tmp_path: Path) -> None:
    report, found = read(tmp_path, make_mail().as_bytes())

    assert report.said == "路灯不亮\n光明路 8 号门口\n很黑"
    assert report.contact == Contact(LI.name, "", LI.email)
    assert (report.sender, report.reference, report.kind) == ("mailbox", "<17@mail.example>", CaseType.HELP)
    assert report.received_at is not None
    assert report.received_at.isoformat() == "2026-06-08T08:05:00+08:00"
    assert found == []


def test_of_a_page_the_text_is_taken_and_of_attachments_nothing(tmp_path: Path) -> None:
    message = make_mail()
    message.set_content(
        "<head><style>p {}</style></head><p>很黑</p><script>alert(1)</script><p>请看 &lt;b&gt;</p>", subtype="html"
    )
    message.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="a.exe")
    report, found = read(tmp_path, message.as_bytes())

    assert report.said == "路灯不亮\n\n很黑\n请看 <b>"
    assert found == ["a.eml has attachments, which are left out"]


@pytest.mark.parametrize("end", ["</head>", ""])
def test_a_page_is_read_whether_its_head_is_ended_or_not(tmp_path: Path, end: str) -> None:
    """HTML lets the end of a head be left out, and some programs do."""
    message = make_mail()
    head = f"<head><title>x</title><noscript>y</noscript>{end}"
    message.set_content(f"<html>{head}<body><p>很黑</p></body></html>", subtype="html")

    assert read(tmp_path, message.as_bytes())[0].said == "路灯不亮\n\n很黑"


def test_what_is_too_long_is_cut_and_said_so(tmp_path: Path) -> None:
    message = make_mail()
    message.set_content("长" * 9000)
    report, found = read(tmp_path, message.as_bytes())

    assert len(report.said) == 4000
    assert report.said.endswith("…")
    assert "is cut" in found[0]
    large = message.as_bytes().ljust(1024**2, b"=")
    assert len(read(tmp_path, large)[0].said) == 4000
    with pytest.raises(ImportRefused, match="more than 1024 KiB"):
        read(tmp_path, large + b"=")


def test_a_message_without_author_id_or_date_is_taken_all_the_same(tmp_path: Path) -> None:
    content = b"Subject: =?utf-8?b?6Lev54Gv?=\nFrom: nobody\nDate: yesterday\n\n\x1b[2Jdark\x00\n"
    report, found = read(tmp_path, content)

    assert (report.said, report.contact, report.received_at) == ("路灯\n [2Jdark", NOBODY, NOW)
    assert report.reference == read(tmp_path, content)[0].reference
    assert found == ["a.eml has no author who can be reached"]
    for empty in (b"", b"From: li@mail.example\n\n  \n"):
        with pytest.raises(ImportRefused, match="says something"):
            read(tmp_path, empty)


def test_the_id_of_a_message_is_its_reference_unless_it_is_too_long(tmp_path: Path) -> None:
    longest, longer = (f"<{'x' * number}@mail.example>" for number in (113, 114))  # 128 and 129 characters
    kept, hashed = (read(tmp_path, make_mail(**{"Message-ID": one}).as_bytes())[0] for one in (longest, longer))

    assert kept.reference == longest
    assert re.fullmatch("[0-9a-f]{64}", hashed.reference or "")


@given(st.binary(max_size=400), st.sampled_from(["", "gbk", "utf-7", "no-such-set"]), st.binary(max_size=60))
def test_no_message_breaks_the_import(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, charset: str, header: bytes
) -> None:
    head = f"Content-Type: text/plain; charset={charset}\n".encode() if charset else b""
    content = b"Subject: a\nFrom: " + header + b"\nDate: " + header + b"\nMessage-ID: " + header + b"\n" + head
    try:
        report, _ = read(tmp_path_factory.mktemp("mail"), content + b"\n" + body)
    except ImportRefused:
        return
    check_report(report)
