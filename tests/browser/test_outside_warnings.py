"""A warning of somebody else stands on the wall and on the desk while it holds."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from cap.messages.message import WarnedArea
from cap.messages.writing import write_message
from cap.store.receiving import read_outlines, receive
from cityops.clock import utc_now
from cityops.storage import Database
from tests.browser.city import build_city
from tests.browser.conftest import Visitor
from tests.warning_samples import BEIJING, SENDER, a_message, an_info, certificate, signer

STRIP, SIGN = "[data-outside-warnings]", "[data-warned-sign]"
RING = ((29.9, 118.9), (29.9, 119.2), (30.2, 119.2), (30.2, 118.9), (29.9, 118.9))
DRAWN = "n => window.cityops.map.gl?.getSource('warned')?.serialize().data.features.length === n"


def warn(database: Database) -> None:
    now = utc_now().replace(microsecond=0)
    area = WarnedArea("全市", (RING,))
    info = an_info(effective=now, expires=now + timedelta(hours=6), sender_name="市气象台", areas=(area,))
    content = signer().sign(write_message(a_message(sent=now, infos=(info,)), BEIJING))
    with database.transaction() as tx:
        receive(tx, content, {SENDER: [certificate()]}, read_outlines(tx), source="test", now=now)


def test_what_others_warn_of_is_before_the_room(visit: Callable[..., Visitor], database: Database) -> None:
    build_city(database)
    room = visit()
    room.go("/wall?lang=zh")
    expect(room.page.locator("[data-watermark]")).not_to_have_text("–")
    expect(room.page.locator(STRIP)).to_be_hidden()

    warn(database)
    expect(room.page.locator(STRIP)).to_contain_text("市气象台: 暴雨橙色预警信号")
    expect(room.page.locator(STRIP)).to_have_attribute("data-severity", "2")
    room.page.wait_for_function(DRAWN, arg=1)
    expect(room.page.locator(SIGN)).to_be_visible()

    officer = visit()
    officer.begin_session("li")
    officer.go("/desk?lang=en")
    expect(officer.page.locator(STRIP)).to_contain_text("sent")
    with database.transaction() as tx:
        tx.execute("UPDATE cap_received SET replaced_at = now()")
    expect(room.page.locator(STRIP)).to_be_hidden()
    expect(room.page.locator(SIGN)).to_be_hidden()
    room.page.wait_for_function(DRAWN, arg=0)
