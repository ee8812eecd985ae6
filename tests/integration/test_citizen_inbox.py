"""A report is there when it is sent: with a number, once, and nothing of who sent it can be read."""

import hashlib
import math
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import PhotoUnusable
from cases.life.details import CaseType
from citizens.codes import is_number
from citizens.errors import KeyUnusable, ReportUnusable
from citizens.persons.contact import NOBODY
from citizens.persons.sealing import unseal
from citizens.reports import Channel, NewReport
from citizens.status import ReportStatus, status_of
from citizens.store.inbox import Sent, add_photo, own_notes, own_report, send_report
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.geography.distances import distance_km
from cityops.settings import read_settings
from cityops.storage import Database, StorageError
from cityops.storage.readings.rollups import set_zone
from tests.case_samples import report_case
from tests.citizen_samples import KEY, LI, PUBLIC_KEY, REPORT, another, opened_portal
from tests.programs import wait_for
from tests.unit.cases.test_photo_files import jpeg

SENDERS, SAME = 16, 100


class NothingKept(Exception):
    """Nothing of a transaction is kept."""


@pytest.fixture
def portal(database: Database, database_url: str, catalogue: Catalogue) -> Iterator[Database]:
    with opened_portal(database, database_url, catalogue) as found:
        yield found


def send(database: Database, report: NewReport = REPORT) -> Sent:
    with database.transaction() as tx:
        return send_report(tx, report, public_key=PUBLIC_KEY)


def test_a_report_has_a_number_and_a_code_and_its_contact_is_sealed(portal: Database, database: Database) -> None:
    settings = read_settings({"CITYOPS_REPORTER_PUBLIC_KEY": PUBLIC_KEY})
    with portal.transaction() as tx:
        sent = send_report(tx, REPORT, public_key=settings.reporter_public_key)
    with database.transaction() as tx:
        row = tx.row("SELECT * FROM citizen_report")
    assert row is not None

    assert is_number(sent.number)
    assert sent.is_new
    assert row["number"] == sent.number
    assert bytes(row["code_hash"]) == hashlib.sha256(sent.code.encode()).digest()
    assert unseal(bytes(row["sealed"]), KEY) == LI
    assert (row["said"], row["longitude"], row["wants_call"]) == (REPORT.said, 118.8, True)
    assert LI.phone not in str(row)


def test_the_day_of_a_number_is_the_citys(portal: Database, database: Database) -> None:
    with database.transaction() as tx:
        set_zone(tx, ZoneInfo("Pacific/Kiritimati"))  # 14 hours before UTC
        late = datetime(2026, 3, 1, 23, tzinfo=ZoneInfo("UTC"))
        sent = send_report(
            tx, replace(REPORT, channel=Channel.IMPORT, reference="a", received_at=late), public_key=PUBLIC_KEY
        )

    assert sent.number.startswith("R20260302-")
    assert sent.received_at == late


def test_no_contact_is_taken_without_a_key(portal: Database) -> None:
    with pytest.raises(KeyUnusable, match="CITYOPS_REPORTER_PUBLIC_KEY"), portal.transaction() as tx:
        send_report(tx, REPORT, public_key=None)
    with portal.transaction() as tx:
        assert send_report(tx, replace(REPORT, contact=NOBODY, wants_call=False), public_key=None).is_new


@pytest.mark.parametrize(
    ("changes", "is_new"),
    [
        ({}, False),
        ({"longitude": 118.80004}, False),  # 3.8 m
        ({"longitude": 118.80006}, True),  # 5.7 m
        ({"longitude": None, "latitude": None}, True),
        ({"said": "别的"}, True),
        ({"category": "event/05-03"}, True),
        ({"device": "form-2"}, True),
        ({"sender": "app"}, True),
        ({"address": "光明路 9 号"}, True),
        ({"kind": CaseType.HELP, "contact": NOBODY, "wants_call": False}, False),
    ],
)
def test_the_same_report_is_told_by_its_number(portal: Database, changes: dict[str, object], is_new: bool) -> None:
    first, second = send(portal), send(portal, replace(REPORT, **changes))  # type: ignore[arg-type]

    assert (second.number != first.number, second.is_new, bool(second.code)) == (is_new,) * 3


def test_nobody_in_particular_is_compared_with_nobody(portal: Database) -> None:
    unknown = replace(REPORT, device="", sender="")

    assert send(portal, unknown).number != send(portal, unknown).number


@given(st.floats(-179, 179), st.floats(-85, 85), st.floats(-12, 12), st.floats(-12, 12), st.integers(0, 1200))
def test_within_five_metres_and_ten_minutes_and_not_beyond(
    shared_database_url: str, longitude: float, latitude: float, east: float, north: float, apart: int
) -> None:
    """The rule of the database against one written apart from it; what lies on a border within 2 cm is left out."""
    other = (longitude + east / (111_320 * math.cos(math.radians(latitude))), latitude + north / 110_574)
    metres = float(distance_km(longitude, latitude, *other)) * 1000
    now = datetime(2026, 11, 29, 12, tzinfo=ZoneInfo("UTC"))
    first = replace(REPORT, channel=Channel.IMPORT, longitude=longitude, latitude=latitude, received_at=now)
    second = replace(first, longitude=other[0], latitude=other[1], received_at=now + timedelta(seconds=apart))
    kept, again = tried(shared_database_url, first, second)

    if abs(metres - 5) > 0.04:
        assert (again.number == kept.number) == (metres < 5 and apart <= 600)


def tried(url: str, *reports: NewReport) -> list[Sent]:
    """Return what these reports are told, and keep none of them."""
    database = Database(url, application="test")
    sent: list[Sent] = []
    try:
        with suppress(NothingKept), database.transaction() as tx:
            sent.extend(send_report(tx, report, public_key=PUBLIC_KEY) for report in reports)
            raise NothingKept
    finally:
        database.close()
    return sent


def test_a_thousand_at_once_of_which_a_hundred_are_the_same(portal: Database, database: Database) -> None:
    reports = [REPORT] * SAME + [another(number) for number in range(2, 902)]
    Random(7).shuffle(reports)
    sent: list[Sent] = []

    def carry(part: list[NewReport]) -> None:
        sent.extend(send(portal, report) for report in part)

    threads = [threading.Thread(target=carry, args=(reports[place::SENDERS],)) for place in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = Counter(one.number for one in sent)
    assert len(sent) == 1000
    assert sorted(numbers.values())[-2:] == [1, SAME]
    assert len(numbers) == 901
    assert sum(one.is_new for one in sent) == sum(bool(one.code) for one in sent) == 901
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM citizen_report") == 901


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_second_of_two_at_once_waits_for_what_becomes_of_the_first(portal: Database, is_kept: bool) -> None:
    sent: list[Sent] = []
    other = threading.Thread(target=lambda: sent.append(send(portal)))
    with suppress(NothingKept), portal.transaction() as tx:
        first = send_report(tx, REPORT, public_key=PUBLIC_KEY)
        other.start()
        wait_for(lambda: is_waiting(portal), "the other waits for the first")
        if not is_kept:
            raise NothingKept
    other.join()

    assert (sent[0].number == first.number, sent[0].is_new) == (is_kept, not is_kept)


def is_waiting(database: Database) -> bool:
    with database.transaction() as tx:
        return bool(tx.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))


def test_a_report_of_another_channel_is_read_in_once(portal: Database, database: Database) -> None:
    imported = replace(REPORT, channel=Channel.IMPORT, sender="12345", reference="2026-17", received_at=utc_now())
    first = send(database, imported)

    again = send(database, replace(imported, said="in other words"))
    assert (again.number, again.is_new) == (first.number, False)
    assert send(
        database, replace(imported, reference="2026-18")
    ).is_new  # the same words twice in one file: two reports


def test_who_has_the_code_sees_what_became_of_it(portal: Database) -> None:
    sent = send(portal, replace(REPORT, confidential=True))
    with portal.transaction() as tx:
        own = own_report(tx, f" {sent.number.lower()} ", sent.code.lower())
        assert own is not None
        assert status_of(own["case_state"], own["outcome"]) is ReportStatus.RECEIVED
        assert (own["said"], own["address"]) == (REPORT.said, REPORT.address)
        assert own_notes(tx, sent.number, sent.code) == []
        assert own_report(tx, sent.number, "WRONG234") is None
        assert tx.rows("SELECT * FROM portal.report") == []  # confidential ones are nobody else's


def test_the_public_sees_no_text_that_nobody_passed(portal: Database) -> None:
    sent = send(portal)
    with portal.transaction() as tx:
        (row,) = tx.rows("SELECT * FROM portal.report")

    assert row["number"] == sent.number
    assert (row["public_text"], row["address"], row["answer"]) == ("", "", "")
    assert REPORT.said not in str(row)


@pytest.mark.parametrize(
    ("chosen", "filed", "place", "address"),
    [
        ("event/05-06", "event/05-06", (118.81234567, 31.98765432), REPORT.address),
        ("event/01-28", "event/05-06", (118.8123, 31.9877), ""),  # noise: whoever hears it is at home
        ("event/05-06", "event/01-28", (118.8123, 31.9877), ""),
    ],
)
def test_a_place_that_may_be_a_home_is_told_roughly(
    portal: Database, database: Database, chosen: str, filed: str, place: tuple[float, float], address: str
) -> None:
    send(portal, replace(REPORT, category=chosen, longitude=118.81234567, latitude=31.98765432))
    with database.transaction() as tx:
        case_id = report_case(tx)
        tx.execute("UPDATE city_case SET category = %(filed)s", filed=filed)
        tx.execute("UPDATE citizen_report SET public_text = '吵', case_id = %(case_id)s", case_id=case_id)
    with portal.transaction() as tx:
        (row,) = tx.rows("SELECT * FROM portal.report")

    assert ((row["longitude"], row["latitude"]), row["address"]) == (place, address)


def test_a_photograph_is_kept_without_its_place_and_not_public(portal: Database, database: Database) -> None:
    sent = send(portal)
    with portal.transaction() as tx:
        add_photo(tx, sent.number, sent.code, jpeg(), place=1)
        add_photo(tx, sent.number, sent.code, jpeg(), place=1)  # the same one again
        assert tx.rows("SELECT * FROM portal.report_photo") == []
    with database.transaction() as tx:
        (row,) = tx.rows("SELECT public, kind, content FROM report_photo")

    assert (row["public"], row["kind"]) == (False, "image/jpeg")
    assert b"Exif" not in bytes(row["content"])


@pytest.mark.parametrize(
    ("content", "place", "error"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 1, PhotoUnusable),
        (b"GIF89a", 1, PhotoUnusable),
        (b"\xff\xd8" + bytes(100_000_000), 1, PhotoUnusable),
        (b"", 1, PhotoUnusable),
        (None, 4, ReportUnusable),
        (None, 0, ReportUnusable),
    ],
    ids=["svg", "gif", "100 MB", "empty", "a fourth", "none"],
)
def test_what_is_no_photograph_is_refused(
    portal: Database, content: bytes | None, place: int, error: type[Exception]
) -> None:
    sent = send(portal)
    with pytest.raises(error), portal.transaction() as tx:
        add_photo(tx, sent.number, sent.code, jpeg() if content is None else content, place=place)


def test_a_photograph_needs_the_code(portal: Database) -> None:
    sent = send(portal)
    with pytest.raises(ReportUnusable), portal.transaction() as tx:
        add_photo(tx, sent.number, "WRONG234", jpeg(), place=1)


# What somebody who has broken into the portal would send past its checks.
@pytest.mark.parametrize(
    "changes",
    [
        {"said": "repeat('x', 4001)"},
        {"said": "chr(27)"},
        {"longitude": "'NaN'", "latitude": "1"},
        {"longitude": "'Infinity'", "latitude": "1"},
        {"longitude": "1"},
        {"channel": "'shell'"},
        {"kind": "'<b>'"},
        {"sealed": "decode(repeat('00', 5000), 'hex')"},
        {"code_hash": "'\\x00'"},
    ],
    ids=str,
)
def test_the_database_itself_refuses_what_is_no_report(portal: Database, changes: dict[str, str]) -> None:
    given = {
        "code_hash": "sha256('a')", "channel": "'web'", "kind": "'help'", "category": "''", "longitude": "NULL",
        "latitude": "NULL", "address": "''", "said": "'a'", "wants_call": "false", "confidential": "false",
        "sealed": "NULL", "sender": "''", "device": "''",
    } | changes  # fmt: skip
    with pytest.raises(StorageError, match=r"violates|character"), portal.transaction() as tx:
        tx.execute("SELECT portal.take_report(" + ", ".join(given.values()) + ")")
