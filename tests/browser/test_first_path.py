"""The thinnest complete path: a device speaks, the wall and the desk show it, an officer takes it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from tests.browser import pages
from tests.browser.conftest import Visitor
from tests.devices import device
from tests.programs import running, wait_for

ROOT = "cityops/990101/emergency/gas-77"


def test_a_reading_over_the_limit_is_seen_and_taken(
    visit: Callable[..., Visitor], broker_url: str, database_url: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    """An independent MQTT client publishes; the alert is on wall and desk; the click of one shows on the other."""
    environment = {"CITYOPS_DATABASE_URL": database_url, "CITYOPS_MQTT_URL": broker_url}
    rule = next(rule for rule in load_rules(catalogue) if rule.id == "gas-leak")
    wall, officer = visit(), visit()
    log = tmp_path / "ingest.log"
    with running("ingest", environment=environment, log=log), device(broker_url) as gas:
        wait_for(lambda: " subscribed " in log.read_text(), "ingest to subscribe")
        wall.go("/wall")
        officer.log_in("li")
        gas.register(ROOT, "gas_detector", name="七号燃气探测器", lon=119.05, lat=30.05)
        gas.measure(ROOT, utc_now(), gas_lel=rule.limit + 1)

        expect(pages.wall_alert(wall.page, rule.title.zh)).to_contain_text("待确认")
        expect(pages.desk_row(officer.page, rule.title.zh)).to_contain_text("七号燃气探测器")

        pages.choose(officer.page, rule.title.zh)
        officer.page.keyboard.press("a")

        expect(pages.message(officer.page)).to_have_text("已由您确认")
        expect(pages.wall_alert(wall.page, rule.title.zh)).to_contain_text("li 已确认")
        expect(pages.desk_row(officer.page, rule.title.zh)).to_contain_text("li 已确认")
