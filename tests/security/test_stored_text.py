"""What devices, colleagues and browsers say of themselves is text on every page, never markup."""

from alerts.board import actions, alert_reader
from alerts.board.actions import AlertAct
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.storage.devices.registry import register_sensor
from tests.security.conftest import House, account_of

EVIL = "<img src=x onerror=alert(1)>\"'</script><script>alert(1)</script>"
SERVED = ("/account", "/admin", "/login?next=/desk", "/desk", "/wall", "/shift", "/sensors", "/environment")


def test_what_is_stored_stays_text_in_pages_made_on_the_server(house: House) -> None:
    with house.database.transaction() as tx:
        register_sensor(tx, Sensor("air-1", "990101", "environment", "air_station", EVIL, 119.05, 30.05), utc_now())
        alert = alert_reader.open_alerts(tx)[0].alert_id
        actions.comment(tx, alert, AlertAct("li", utc_now()), version=1, text=EVIL)
    for role in Role:
        form = {"name": account_of(role), "password": "Tired-at-3am", "next": "/desk"}
        answer = house.ask("POST", "/login", data=form, headers={"user-agent": EVIL})
        cookie = answer.headers["set-cookie"].split(";")[0]
        for path in SERVED:
            page = house.ask("GET", path, cookie=cookie)

            assert EVIL not in page.text, f"{path} as {role}"
            assert "<img src=x" not in page.text, f"{path} as {role}"
    shown = house.ask("GET", "/account", cookie=cookie).text
    assert "&lt;img src=x" in shown  # the browser that called itself so


def test_a_refused_login_shows_what_was_typed_as_text(house: House) -> None:
    page = house.ask("POST", "/login", data={"name": EVIL, "password": "x", "next": f"/desk?x={EVIL}"})

    assert "<img src=x" not in page.text
    assert "<script>alert" not in page.text


def test_every_page_forbids_scripts_that_are_not_ours(house: House) -> None:
    cookie = house.log_in(account_of(Role.OFFICER))
    for path in SERVED:
        answer = house.ask("GET", path, cookie=cookie)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        policy = answer.headers["content-security-policy"]
        scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))

        assert "unsafe" not in scripts
        assert {"frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"} <= {
            p.strip() for p in policy.split(";")
        }
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
