"""Messages become reports: their text is text, their author is sealed, and nothing in them breaks the import."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cases.life.details import CaseType
from citizens.channels.report_mails import LARGEST, read_mail
from citizens.persons.contact import NOBODY, Contact
from citizens.persons.sealing import unseal
from citizens.reports import NewReport, check_report
from cityops.command_line import app
from cityops.imports.findings import Findings, ImportRefused
from cityops.storage import Database
from tests.case_samples import NOW
from tests.citizen_samples import KEY, LI, PUBLIC_KEY


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"{LI.name} <{LI.email}>"
    message["Subject"] = "路灯不亮"
    message["Date"] = "Mon, 08 Jun 2026 08:05:00 +0800"
    message["Message-ID"] = "<17@mail.example>"
    for name, value in headers.items():
        del message[name]
        message[name] = value
    message.set_content("光明路 8 号门口\n很黑\n")
    return message


def read(folder: Path, content: bytes) -> tuple[NewReport, list[str]]:
    path = folder / "a.eml"
    path.write_bytes(content)
    findings = Findings(path.name)
    report = read_mail(path, findings, sender="mailbox", now=NOW, kind=CaseType.HELP)
    return report, [one.text for one in findings.all]


def test_a_message_is_a_report_with_its_author(tmp_path: Path) -> None:
    report, found = read(tmp_path, mail().as_bytes())

    assert report.said == "路灯不亮\n光明路 8 号门口\n很黑"
    assert report.contact == Contact(LI.name, "", LI.email)
    assert (report.sender, report.reference, report.kind) == ("mailbox", "<17@mail.example>", CaseType.HELP)
    assert report.received_at is not None
    assert report.received_at.isoformat() == "2026-06-08T08:05:00+08:00"
    assert found == []


def test_of_a_page_the_text_is_taken_and_of_attachments_nothing(tmp_path: Path) -> None:
    message = mail()
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
    message = mail()
    message.set_content(f"<html><head><title>x</title>{end}<body><p>很黑</p></body></html>", subtype="html")

    assert read(tmp_path, message.as_bytes())[0].said == "路灯不亮\n\n很黑"


def test_what_is_too_long_is_cut_and_said_so(tmp_path: Path) -> None:
    message = mail()
    message.set_content("长" * 9000)
    report, found = read(tmp_path, message.as_bytes())

    assert len(report.said) == 4000
    assert report.said.endswith("…")
    assert "is cut" in found[0]
    with pytest.raises(ImportRefused, match="more than"):
        read(tmp_path, b"a" * (LARGEST + 1))


def test_a_message_without_author_id_or_date_is_taken_all_the_same(tmp_path: Path) -> None:
    content = b"Subject: =?utf-8?b?6Lev54Gv?=\nFrom: nobody\nDate: yesterday\n\n\x1b[2Jdark\x00\n"
    report, found = read(tmp_path, content)

    assert (report.said, report.contact, report.received_at) == ("路灯\n [2Jdark", NOBODY, NOW)
    assert report.reference == read(tmp_path, content)[0].reference
    assert found == ["a.eml has no author who can be reached"]
    for empty in (b"", b"From: li@mail.example\n\n  \n"):
        with pytest.raises(ImportRefused, match="says something"):
            read(tmp_path, empty)


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


def test_a_folder_of_messages_is_read_in_once(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    monkeypatch.setenv("CITYOPS_REPORTER_PUBLIC_KEY", PUBLIC_KEY)
    for number in range(3):
        (tmp_path / f"{number}.eml").write_bytes(mail(**{"Message-ID": f"<{number}@mail.example>"}).as_bytes())
    words = ["citizens", "import", *map(str, sorted(tmp_path.glob("*.eml"))), "--from", "mailbox", "--kind", "complain"]
    told = [CliRunner().invoke(app, words) for _ in range(2)]
    with database.transaction() as tx:
        rows = tx.rows("SELECT kind, sealed, sender FROM citizen_report")

    assert [one.exit_code for one in told] == [0, 0], told[0].output
    assert [(row["kind"], row["sender"]) for row in rows] == [("complain", "mailbox")] * 3
    assert unseal(bytes(rows[0]["sealed"]), KEY).email == LI.email
    assert LI.email not in told[0].output + told[1].output
