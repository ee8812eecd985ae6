"""`/topics`: what it tells whom, and what a supervisor does on it."""

import re
from collections.abc import Iterator

import pytest

from cases.life.posts import CaseActor, Post
from cases.store.posts import give_post
from citizens.store.forecasts import learn_forecasts, mark_alerts
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.scope import Scope
from tests.security.conftest import PASSWORD, House, open_house
from tests.topic_samples import CRITERIA, begin_case, let_it_rise, propose, raise_and_complain, raise_now, start_town
from tests.unit.cases.calendars import SHANGHAI
from tests.unit.citizens.towns import DAY

READERS: dict[str, tuple[Scope, Post | None]] = {
    "du": (Scope(), Post.SUPERVISOR),
    "bei": (Scope(areas=("990101",)), Post.SUPERVISOR),
    "nan": (Scope(areas=("990102",)), Post.SUPERVISOR),
    "zhi": (Scope(), Post.CHIEF),
    "gu": (Scope(), None),
}
PLAN = {"act": "adopt", "plan": "清淤", "lead": "drainage", "begins_on": "2026-11-01", "topic_id": 1, "version": 1}


@pytest.fixture
def house(database_url: str, catalogue: Catalogue) -> Iterator[House]:
    now = utc_now()
    with open_house(database_url, catalogue) as opened:
        start_town(opened.database)
        with opened.database.transaction() as tx:
            let_it_rise(tx, now)
            begin_case(tx, now - 3 * DAY)
            assert propose(tx, now) == [1]
            for name, (scope, post) in READERS.items():
                store_user(tx, name, role=Role.VIEWER, scope=scope, password=PASSWORD, actor="test", now=now)
                if post is not None:
                    give_post(tx, CaseActor(name, post), actor="test", now=now)
        yield opened


def read(house: House, name: str) -> str:
    answer = house.ask("GET", "/topics", cookie=house.log_in(name))
    assert answer.status_code == 200, answer.text[:200]
    return answer.text


def send(house: House, name: str, **sent: object) -> str:
    answer = house.ask("POST", "/topics/decide", cookie=house.log_in(name), data={**PLAN, **sent})
    if answer.status_code != 303:
        return str(answer.status_code)
    return answer.headers["location"].split("?")[1].split("#")[0]


def test_the_page_tells_counts_chance_and_what_is_behind(house: House) -> None:
    page = read(house, "gu")
    assert "近 30 天 15 起，此前 30 天 2 起，按日均为 7.5 倍。" in page
    assert re.search(r"大约 \d+ 次里出现 1 次", page)
    assert len(re.findall(r'href="/cases/1"', page)) == 1
    assert page.count("<li>R2") == 14  # the reports, by their public number
    assert "积水</" not in page  # nothing of what was said
    assert "topic-do" not in page  # who holds no post decides nothing


def test_only_a_supervisor_of_the_area_decides(house: House) -> None:
    assert send(house, "gu") == send(house, "zhi") == "403"
    assert "topic-card" not in read(house, "nan")
    assert send(house, "nan") == "bad=topic_unknown"
    assert "topic-do" in read(house, "bei")
    assert send(house, "bei") == "said=topic_adopt"
    page = read(house, "gu")
    assert "清淤" in page
    assert send(house, "du") == "bad=topic_changed"
    assert send(house, "du", act="end", reason="好了", plan="", version=2) == "said=topic_end"
    assert "好了" in read(house, "gu")


@pytest.mark.parametrize("sent", [{"plan": " "}, {"begins_on": "x"}, {"act": "no"}, {"act": "decline"}])
def test_what_is_missing_is_told(house: House, sent: dict[str, object]) -> None:
    assert send(house, "du", **sent) == "bad=topic_refused"
    assert send(house, "du", topic_id="x") == "bad=topic_unknown"
    assert send(house, "du") == "said=topic_adopt"


def test_the_page_tells_what_alerts_bring_and_how_often_that_was_right(house: House) -> None:
    now = utc_now()
    assert "目前没有哪种告警能预示诉求" in read(house, "gu")
    with house.database.transaction() as tx:
        series = raise_and_complain(tx, now)
        learn_forecasts(tx, criteria=CRITERIA.forecast, now=now, zone=SHANGHAI)
        raise_now(tx, series, now)
        mark_alerts(tx, criteria=CRITERIA.forecast, now=now, zone=SHANGHAI)
    page = read(house, "gu")
    # Two of the reports that rose came after an alert too.
    assert "9 次这样的告警中有 9 次在 24 小时内引来“道路积水”诉求" in page
    assert re.search(r"<dt>待观察</dt><dd>1</dd>", page)
    assert "9 次这样的告警" not in read(house, "nan")
