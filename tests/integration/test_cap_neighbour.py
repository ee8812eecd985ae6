"""The neighbour of a demo's city: its warning comes in by the way that every sender's does."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import shapely

from cap.demo import demo_settings
from cap.messages.parsing import parse_xml
from cap.messages.reading import read_message
from cap.messages.signatures import load_pinned
from cap.neighbour import INBOX, RENEW, SENDERS, load_said
from cap.store.listing import list_in_force
from cap.store.receiving import read_outlines, receive
from cap.watch import jobs
from cityops.areas import Area, AreaLevel
from cityops.clock import utc_now
from cityops.settings import Settings, read_settings
from cityops.storage import Database, Row
from cityops.storage.devices.stored_areas import store_areas

WEST, EAST = shapely.box(119.4, 30.8, 119.6, 31.1), shapely.box(119.6, 30.8, 119.8, 31.1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data directory with a space in its name, as a presenter's may have."""
    found = tmp_path / "my demo"
    found.mkdir()
    return found


@pytest.fixture
def settings(folder: Path) -> Settings:
    settled = demo_settings(folder)
    assert demo_settings(folder) == settled, "the second start keeps the key"
    return read_settings(settled | {"CITYOPS_DEMO": "true", "CITYOPS_DATA_DIR": str(folder)})


def do(database: Database, settings: Settings, name: str, now: datetime) -> object:
    (job,) = [one for one in jobs(database, settings) if one.name == name]
    return job.work(now)


def in_force(database: Database, now: datetime, *, is_demo: bool = True) -> list[Row]:
    with database.transaction() as tx:
        return list_in_force(tx, now=now, is_demo=is_demo)


def messages(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / INBOX).iterdir())


def build_city(database: Database) -> None:
    with database.transaction() as tx:
        districts = [
            Area(code, code, AreaLevel.DISTRICT, "990100", code, json.loads(shapely.to_geojson(shape)))
            for code, shape in (("990101", WEST), ("990102", EAST))
        ]
        store_areas(tx, [Area("990100", "市", AreaLevel.CITY, None, "City"), *districts])


def test_its_warning_comes_in_as_an_exercise_with_its_own_outline(
    database: Database, folder: Path, settings: Settings
) -> None:
    now = utc_now()
    do(database, settings, "neighbour", now)
    assert messages(folder) == [], "there is no city yet"
    build_city(database)
    do(database, settings, "neighbour", now)
    assert do(database, settings, "feed-0", now) is True
    (found,) = in_force(database, now)
    assert (found["sender"], found["severity"], found["area_codes"]) == (load_said().sender, 3, ["990102"])
    assert found["texts"]["zh"]["headline"] == "【演练】东部沿江一带大雾黄色预警"
    assert found["texts"]["en"]["headline"].startswith("[EXERCISE] Yellow fog warning")
    drawn = shapely.from_geojson(json.dumps(found["outline"]))
    assert drawn.intersects(EAST)
    assert not drawn.within(EAST)
    assert not EAST.within(drawn), "the bank of fog, and not the district"
    assert in_force(database, now, is_demo=False) == [], "no exercise stands in a city that is none"


def test_it_is_said_again_before_it_is_over_and_stands_once(
    database: Database, folder: Path, settings: Settings
) -> None:
    build_city(database)
    now = utc_now()
    for moment, said in ((now, 1), (now + RENEW / 2, 1), (now + RENEW, 2), (now + 3 * RENEW, 3)):
        do(database, settings, "neighbour", moment)
        (name,) = messages(folder)
        content = (folder / INBOX / name).read_bytes()
        assert len(read_message(parse_xml(content)).references) == min(said - 1, 1)
        with database.transaction() as tx:
            receive(tx, content, load_pinned(folder / SENDERS), read_outlines(tx), source="test", now=moment)
            assert tx.value("SELECT count(*) FROM cap_received") == said
        assert len(in_force(database, moment)) == 1


def test_a_file_that_is_no_message_and_a_clock_that_went_back_silence_nobody(
    database: Database, folder: Path, settings: Settings
) -> None:
    build_city(database)
    now = utc_now()
    (folder / INBOX / "99.xml").write_bytes(b"nothing")
    do(database, settings, "neighbour", now)
    (first,) = messages(folder)
    do(database, settings, "neighbour", now - timedelta(days=1))
    assert messages(folder) != [first]
