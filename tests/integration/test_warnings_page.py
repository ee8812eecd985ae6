"""`/warnings` of the dashboard: what it tells whom, and what a supervisor does on it."""

from collections.abc import Iterator

import pytest

from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.scope import Scope
from cityops.storage import load_queries
from tests.security.conftest import PASSWORD, House, open_house
from tests.warning_samples import keep_message, propose_warning

READERS = {
    "du": (Role.SUPERVISOR, Scope()),
    "dong": (Role.SUPERVISOR, Scope(areas=("990101",))),
    "xi": (Role.SUPERVISOR, Scope(areas=("990102",))),
    "huan": (Role.SUPERVISOR, Scope(domains=("environment",))),
    "guan": (Role.OFFICER, Scope()),
}
SQL = load_queries("cap")
HEADLINE = "zh-CN 暴雨橙色预警"
REASON = "传感器误报"


@pytest.fixture
def house(database_url: str, catalogue: Catalogue) -> Iterator[House]:
    now = utc_now()
    with open_house(database_url, catalogue) as opened:
        with opened.database.transaction() as tx:
            propose_warning(tx, "990101", now)
            keep_message(tx, sent=now.replace(microsecond=0))
            for name, (role, scope) in READERS.items():
                store_user(tx, name, role=role, scope=scope, password=PASSWORD, actor="test", now=now)
        yield opened


def read(house: House, name: str) -> str:
    answer = house.ask("GET", "/warnings", cookie=house.log_in(name))
    assert answer.status_code == 200, answer.text[:200]
    return answer.text


def send(house: House, name: str, **sent: object) -> str:
    answer = house.ask("POST", "/warnings/decide", cookie=house.log_in(name), data={"number": 1, **sent})
    return answer.headers["location"].split("?")[1] if answer.status_code == 303 else str(answer.status_code)


def states(house: House) -> list[str]:
    with house.database.transaction() as tx:
        return [row["state"] for row in tx.rows("SELECT state FROM cap_proposal ORDER BY proposal_id")]


def test_who_sees_and_who_decides(house: House) -> None:
    for name, sees, decides in (("du", True, True), ("dong", True, True), ("xi", False, True), ("guan", True, False)):
        page = read(house, name)
        assert (HEADLINE in page) is sees, name
        assert ('value="approve"' in page) is (sees and decides), name
    for name in ("guan", "huan"):
        assert send(house, name, act="approve") == "403"
    assert send(house, "xi", act="approve") == "bad=warning_changed", "it is another district's"
    assert states(house) == ["waiting"]


def test_a_supervisor_lets_it_out_once(house: House) -> None:
    assert send(house, "du", act="approve") == "said=warning_approve"
    assert states(house) == ["approved"]
    assert send(house, "dong", act="decline", reason=REASON) == "bad=warning_changed"
    assert "即将签名发布" in read(house, "du")
    with house.database.transaction() as tx:
        (row,) = tx.rows("SELECT actor, detail FROM audit_log WHERE action = 'warning.approved'")
    assert (row["actor"], row["detail"]["severity"]) == ("du", 2)


def test_what_is_kept_in_needs_a_reason(house: House) -> None:
    for reason in ("", " ", "x" * 501):
        assert send(house, "du", act="decline", reason=reason) == "bad=warning_refused"
    assert states(house) == ["waiting"]
    assert send(house, "du", act="decline", reason=REASON) == "said=warning_decline"
    assert REASON in read(house, "guan")


def test_what_stands_is_revoked_with_a_reason(house: House) -> None:
    assert send(house, "du", act="cancel", reason="") == "bad=warning_refused"
    assert send(house, "du", act="cancel", reason=REASON) == "said=warning_cancel"
    assert states(house) == ["waiting", "approved"]
    assert send(house, "du", act="cancel", number=9, reason=REASON) == "bad=warning_changed"


@pytest.mark.parametrize(
    "sent", [{"act": "burn"}, {"act": "approve", "number": "x"}, {"act": "approve", "number": "9" * 30}]
)
def test_nonsense_changes_nothing(house: House, sent: dict[str, object]) -> None:
    assert send(house, "du", **sent).startswith("bad=")
    assert states(house) == ["waiting"]


def test_where_we_look_and_since_when_it_fails(house: House) -> None:
    with house.database.transaction() as tx:
        folder = "/var/spool/<warnings>"
        for name, problem in (("https://weather.example/atom.xml", ""), (folder, f"{folder}/a.xml cannot be read")):
            tx.execute(SQL["note_feed"], name=name, problem=problem, now=utc_now())
    part = read(house, "guan").partition('id="feeds"')[2].partition("</table>")[0]
    broken, well = part.split("<tr>")[2:]
    assert "<td>&lt;warnings&gt;</td>" in broken  # a path of the server is nothing for people
    assert "读取失败</span> &lt;warnings&gt;/a.xml cannot be read" in broken
    assert "spool" not in broken
    assert "尚未读到" in broken
    assert "https://weather.example/atom.xml" in well
    assert "<time" in well
    assert "正常" in well
