"""Reports of citizens, in a database and on their way there, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

from cases.life.details import CaseType
from citizens.persons.contact import Contact
from citizens.persons.sealing import make_pair
from citizens.reports import Channel, NewReport
from cityops.catalogue import Catalogue
from cityops.storage import Database
from cityops.storage.migrate import migrate
from cityops.storage.portal_role import make_portal_role, portal_url
from tests.storage_samples import drop_role

KEY, PUBLIC_KEY = make_pair()
LI = Contact("欧阳询之", "13911112222", "ouyang.xunzhi@mail.example")  # who must appear nowhere
REPORT = NewReport(
    channel=Channel.WEB,
    kind=CaseType.COMPLAIN,
    said="路灯不亮，晚上很黑\n请来看看",
    category="event/05-06",
    longitude=118.8,
    latitude=31.9,
    address="光明路 8 号",
    wants_call=True,
    contact=LI,
    device="form-1",
)
CALL_COLUMNS = "reference,received_at,kind,said,address,longitude,latitude,name,phone,email,wants_call"
CALLS = (
    f'A-1,2026-06-01 08:05,投诉,"路灯不亮\n很黑",光明路 8 号,118.8,31.9,{LI.name},{LI.phone},{LI.email},是',
    "A-2,2026-06-01T09:00:00+00:00,consult,什么时候修？,,,,,,,",
)


def another(number: int) -> NewReport:
    """Return a report that is another one than those of other numbers."""
    return replace(REPORT, said=f"{REPORT.said} ({number})", device=f"form-{number}")


def inside(database: Database) -> NewReport:
    """Return a report from within the city that `build_city` makes."""
    with database.transaction() as tx:
        place = tx.row("SELECT lon, lat FROM sensor WHERE area_code LIKE '990101%' ORDER BY sensor_id LIMIT 1")
    assert place is not None
    return replace(REPORT, longitude=place["lon"], latitude=place["lat"])


@contextmanager
def opened_portal(database: Database, url: str, catalogue: Catalogue) -> Iterator[Database]:
    """The database as the portal's role sees it. A role is the whole server's: one may be left over, or in use."""
    make_portal_role(database, "portal")
    migrate(database, catalogue, report=lambda _: None)
    portal = Database(portal_url(url, "portal"), application="portal")
    try:
        yield portal
    finally:
        portal.close()
        drop_role(database, "cityops_portal")


def write_calls(folder: Path, *rows: str, header: str = CALL_COLUMNS, encoding: str = "utf-8") -> Path:
    """Write a file of another channel."""
    path = folder / "calls.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
    return path


def make_mail(**headers: str) -> EmailMessage:
    """Make a message of Li's with these headers instead."""
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
