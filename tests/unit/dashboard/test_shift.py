"""The handover sheet as people read, print and export it."""

import csv
import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.shift.handover_sheet import AlertLine, HandoverSheet, Missed, Note, SensorLine, ShiftCount
from alerts.shift.store import Handover, Signatures
from cityops.catalogue import Catalogue, Names
from dashboard.pages.shift import paper
from dashboard.pages.shift.sheet_csv import COLUMNS, write_csv
from dashboard.pages.shift.sheet_formatter import SheetFormatter
from tests.unit.dashboard.test_wiring import tree

NOW = datetime(2026, 5, 1, 23, 0, tzinfo=UTC)
HERE = Names("望湖区", "Wanghu")
LATE = AlertLine(
    7, 2, "UNACK", Names("燃气泄漏", "Gas leak"), "一号", HERE, NOW - timedelta(hours=1),
    missed=Missed.ACKNOWLEDGE, due=NOW - timedelta(minutes=55),
)  # fmt: skip
SHEET = HandoverSheet(
    since=NOW - timedelta(hours=12),
    until=NOW,
    late=(LATE,),
    sensors=(SensorLine("gas-1", "一号", HERE, "gas_detector", "silent", "overdue", NOW - timedelta(days=2)),),
    notes=(Note(1, NOW, "li", "=1+1 <script>alert(1)</script>"),),
    tally=ShiftCount(3, 2, 1),
)


@pytest.fixture(params=["zh", "en"])
def ink(request: pytest.FixtureRequest, catalogue: Catalogue) -> SheetFormatter:
    return SheetFormatter(request.param, ZoneInfo("Asia/Shanghai"), catalogue)


def words(parts: list[object]) -> str:
    found = [part for top in parts for part in tree(top)]
    texts = [getattr(part, "children", None) for part in found]
    flat = [text for entry in texts for text in (entry if isinstance(entry, list) else [entry])]
    return " ".join(text for text in flat if isinstance(text, str))


def test_a_sheet_says_what_is_late_where_and_since_when_in_the_citys_time(ink: SheetFormatter) -> None:
    told = words(paper.draw(SHEET, None, ink))

    assert LATE.title.in_language(ink.language) in told
    assert HERE.in_language(ink.language) in told
    assert ("超时未确认 55 分" if ink.language == "zh" else "55 min without anybody") in told
    assert "05-01 19:00 → 05-02 07:00" in told
    assert "Asia/Shanghai UTC+08:00" in told


def test_a_signed_sheet_names_both_and_shows_its_fingerprint(ink: SheetFormatter) -> None:
    signed = Handover(Signatures(12, "li", NOW, "wang", NOW + timedelta(minutes=5)), SHEET, "{}", "ab" * 32)
    told = words(paper.draw(SHEET, signed, ink))

    assert "li" in told
    assert "wang" in told
    assert "05-02 07:05" in told
    assert "ab" * 32 in told
    assert ink.say("shift.draft") not in told


def test_a_section_of_thousands_says_how_many_more_there_are(ink: SheetFormatter) -> None:
    told = words(paper.draw(HandoverSheet(SHEET.since, NOW, open=(LATE,) * (paper.MOST_LINES + 7)), None, ink))

    assert ink.say("shift.more", count=7) in told


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(seconds=-5), "0 min"),
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=60), "1 h"),
        (timedelta(hours=5, minutes=4), "5 h 4 min"),
        (timedelta(days=2, minutes=4), "2 d"),
        (timedelta(days=2, hours=23, minutes=59), "2 d 23 h"),
    ],
)
def test_a_span_is_told_in_two_units(catalogue: Catalogue, length: timedelta, told: str) -> None:
    assert SheetFormatter("en", ZoneInfo("UTC"), catalogue).span(length) == told


def test_the_export_has_every_line_and_no_formula(ink: SheetFormatter) -> None:
    rows = list(csv.reader(io.StringIO(write_csv(SHEET, ink))))

    assert [len(row) for row in rows] == [len(COLUMNS)] * 4
    assert rows[1][2] == LATE.title.in_language(ink.language)
    assert rows[3][-1] == "'=1+1 <script>alert(1)</script>"
