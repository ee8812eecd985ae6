"""What the portal tells of warnings: the signed bytes, feeds by their rules, and no exercise as if it were meant."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from lxml import etree

from cap.messages.message import CapStatus
from cap.messages.parsing import parse_xml
from cap.messages.reading import read_message
from cap.messages.signatures import verify
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from tests.portals import PortalHouse, opened_house
from tests.warning_samples import certificate, keep_message

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "http://portal.test/warnings"
HOUR = timedelta(hours=1)


@pytest.fixture
def house(database: Database, database_url: str, catalogue: Catalogue) -> Iterator[PortalHouse]:
    with opened_house(database, database_url, catalogue) as found:
        yield found


def keep(house: PortalHouse, sent: datetime, **more: object) -> tuple[str, bytes]:
    with house.database.transaction() as tx:
        return keep_message(tx, sent=sent, **more)  # type: ignore[arg-type]


def now() -> datetime:
    return utc_now().replace(microsecond=0)


def test_a_message_is_served_as_it_was_signed(house: PortalHouse) -> None:
    identifier, content = keep(house, now())
    answer = house.get(f"/warnings/{identifier}.xml")
    assert answer.content == content
    assert answer.headers["content-type"] == "application/cap+xml"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert read_message(verify(parse_xml(answer.content), [certificate()], now=now())).identifier == identifier
    assert house.get(f"/warnings/{identifier}0.xml").status_code == 404


def test_atom_by_its_rules(house: PortalHouse) -> None:
    moment = now()
    old, _ = keep(house, moment - HOUR, serial=1)
    new, _ = keep(house, moment, serial=2, act="AllClear")
    answer = house.get("/warnings/atom.xml?lang=en")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert len(answer.content) < 100_000
    feed = parse_xml(answer.content)
    assert feed.findtext(f"{ATOM}updated") == moment.isoformat()
    (own,) = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert (own.get("type"), own.get("href")) == ("application/atom+xml", f"{BASE}/atom.xml?lang=en")
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}link").get("href") for entry in entries] == [f"{BASE}/{new}.xml", f"{BASE}/{old}.xml"]  # type: ignore[union-attr]
    for entry, identifier, sent in zip(entries, (new, old), (moment, moment - HOUR), strict=True):
        assert entry.findtext(f"{ATOM}id", "").startswith("tag:eoc@example.gov.cn,")
        assert entry.findtext(f"{ATOM}id", "").endswith(f":{identifier}")
        assert entry.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}published") == sent.isoformat()
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == "市应急局"
        assert "50 毫米" in entry.findtext(f"{ATOM}summary", "")
        (link,) = entry.findall(f"{ATOM}link")
        assert link.get("type") == "application/cap+xml"
        assert house.get(str(link.get("href"))).status_code == 200
    assert entries[0].findtext(f"{ATOM}title") == "en <暴雨> & AllClear"
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2


def test_rss_by_its_rules(house: PortalHouse) -> None:
    moment = now()
    identifier, _ = keep(house, moment)
    answer = house.get("/warnings/rss.xml")
    assert answer.headers["content-type"].startswith("application/rss+xml")
    root: etree._Element = parse_xml(answer.content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    assert all(root.findtext(f"channel/{name}") for name in ("title", "link", "description"))
    (item,) = root.findall("channel/item")
    assert item.findtext("link") == f"{BASE}/{identifier}.xml"
    assert item.findtext("guid") == identifier
    assert item.find("guid").get("isPermaLink") == "false"  # type: ignore[union-attr]
    assert parsedate_to_datetime(item.findtext("pubDate", "")) == moment
    assert item.findtext("title") == "zh-CN <暴雨> & Alert"


def test_an_empty_feed_is_one(house: PortalHouse) -> None:
    assert parse_xml(house.get("/warnings/atom.xml").content).findall(f"{ATOM}entry") == []
    assert parse_xml(house.get("/warnings/rss.xml").content).findall("channel/item") == []
    assert "当前没有生效的预警" in house.get("/warnings").text


def test_what_is_over_leaves_the_feeds_after_two_days(house: PortalHouse) -> None:
    keep(house, now() - 49 * HOUR, serial=1)
    kept, _ = keep(house, now() - 47 * HOUR, serial=2)
    long, _ = keep(house, now() - 60 * HOUR, serial=3, expires=now() + HOUR)
    text = house.get("/warnings/rss.xml").text
    assert [name for name in (kept, long) if name not in text] == []
    assert text.count("<item>") == 2


def test_the_page_tells_what_stands_and_what_is_over(house: PortalHouse) -> None:
    keep(house, now(), serial=1)
    keep(house, now() - 10 * HOUR, serial=2, act="Update")
    keep(house, now(), serial=3, act="Cancel")
    for language, stands, over in (("zh", "生效中", "近两天"), ("en", "In force", "Ended or updated")):
        page = house.get(f"/warnings?lang={language}").text
        first, _, second = page.partition('id="past"')
        assert "&lt;暴雨&gt; &amp; Alert" in first
        assert "Update" not in first
        assert "&amp; Update" in second
        assert "&amp; Cancel" in second
        assert stands in first
        assert over in second


def test_an_exercise_is_shown_by_a_demo_only(
    house: PortalHouse, database: Database, database_url: str, catalogue: Catalogue
) -> None:
    identifier, _ = keep(house, now(), status=CapStatus.EXERCISE)
    for path in ("/warnings", "/warnings/atom.xml", "/warnings/rss.xml"):
        assert identifier not in house.get(path).text
    assert house.get(f"/warnings/{identifier}.xml").status_code == 404
    house.app.state.settings = house.app.state.settings.model_copy(update={"demo": True})
    page = house.get("/warnings?lang=en").text
    assert identifier in page
    assert "Exercise: all of this is made by a simulated city" in page
    assert "Exercise" in house.get("/warnings/atom.xml?lang=en").text
    assert house.get(f"/warnings/{identifier}.xml?x=1").status_code == 200
