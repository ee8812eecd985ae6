"""Data sets on the page of the security administrator: graded as seen, on record, refused with the reason."""

import re

import httpx
import pytest

from cityops.accounts.roles import Role
from cityops.catalogue import Catalogue
from cityops.storage import Row
from sharing.datasets.store import find_data_set, seed_data_sets
from tests.page_words import words
from tests.security.conftest import House, account_of

PLACE = "/admin/datasets"
AIR = "readings-air_station"
OPEN = {
    "name": AIR,
    "seen": "1",
    "data_level": "general",
    "general_grade": "1",
    "open_type": "open",
    "share_type": "unconditional",
    "provider": "ecology",
    "update_cycle": "realtime",
    "licence": "CC-BY-4.0",
    "basis": "Order 1 of 2026, article 3",
}


@pytest.fixture
def city(house: House, catalogue: Catalogue) -> House:
    with house.database.transaction() as tx:
        seed_data_sets(tx, catalogue)
    return house


def admin(house: House) -> str:
    return house.log_in(account_of(Role.SECURITY_ADMIN))


def send(house: House, cookie: str, request: str = "", **form: str) -> httpx.Response:
    headers = {"Idempotency-Key": request} if request else {}
    return house.ask("POST", f"{PLACE}/decide?lang=en", cookie=cookie, data=form, headers=headers)


def decisions(house: House) -> list[Row]:
    with house.database.transaction() as tx:
        return tx.rows("SELECT actor, object, origin, detail FROM audit_log WHERE action = 'data_set.decide'")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECURITY_ADMIN])
def test_nobody_else_sees_or_decides(shared_house: House, role: Role) -> None:
    cookie = shared_house.log_in(account_of(role))

    assert shared_house.ask("GET", PLACE, cookie=cookie).status_code == 403
    assert shared_house.ask("GET", f"{PLACE}/{AIR}", cookie=cookie).status_code == 403
    assert send(shared_house, cookie, **OPEN).status_code == 403
    assert decisions(shared_house) == []


def test_a_set_is_opened_once_and_on_record(city: House) -> None:
    cookie = admin(city)
    before = words(city.ask("GET", f"{PLACE}/{AIR}?lang=en", cookie=cookie))
    assert "Nobody decided yet, so nobody gets it." in before
    answers = [send(city, cookie, "open-the-air-1", **OPEN) for _ in range(2)]

    assert [one.headers["location"] for one in answers] == [f"{PLACE}/{AIR}?said=set_decided"] * 2
    after = words(city.ask("GET", f"{PLACE}/{AIR}?lang=en&said=set_decided", cookie=cookie))
    assert "Everybody may have it." in after
    assert "The decision counts from now on" in after
    assert "security-admin" in after
    told = decisions(city)
    assert [(row["actor"], row["object"], row["origin"]) for row in told] == [("security-admin", AIR, "testclient")]
    assert told[0]["detail"]["general_grade"] == 1


def test_who_comes_second_sees_who_was_first_and_what_holds(city: House) -> None:
    cookie = admin(city)
    send(city, cookie, **OPEN)
    late = send(city, cookie, **OPEN | {"open_type": "closed"})

    assert late.status_code == 409
    assert "security-admin decided first" in words(late)
    assert '<input type="hidden" name="seen" value="2">' in late.text
    with city.database.transaction() as tx:
        assert find_data_set(tx, AIR).openness == "open"
    assert len(decisions(city)) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"general_grade": ""}, "General data have a grade from 1 to 4"),
        ({"general_grade": "9"}, "General data have a grade from 1 to 4"),
        ({"personal": "1"}, "Core, important and personal data can only be closed."),
        ({"share_type": "conditional"}, "Sharing on a condition needs the condition"),
        ({"share_type": "everybody"}, "cannot be shared without a condition"),
        ({"data_level": ""}, "Choose a level."),
        ({"basis": " "}, "Say on what the decision rests"),
        ({"provider": ""}, "Choose the department that provides it."),
    ],
)
def test_what_contradicts_itself_is_refused_and_stays_in_the_form(
    city: House, wrong: dict[str, str], said: str
) -> None:
    answer = send(city, admin(city), **OPEN | wrong)

    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="CC-BY-4.0"' in answer.text
    assert decisions(city) == []


def test_the_list_finds_by_name_and_by_what_was_decided(city: House) -> None:
    cookie = admin(city)
    send(city, cookie, **OPEN)

    def names(query: str) -> set[str]:
        return set(re.findall(r"<small>([a-z0-9_-]+)</small>", city.ask("GET", f"{PLACE}?{query}", cookie=cookie).text))

    assert names("which=open") == {AIR}
    assert AIR not in names("which=undecided")
    assert names("q=s-air_station&which=undecided") == {"hours-air_station"}
    assert names("q=nothing-like-it") == set()
    assert city.ask("GET", f"{PLACE}?which=king", cookie=cookie).status_code == 422
    assert city.ask("GET", f"{PLACE}/readings-nothing", cookie=cookie).status_code == 404
    unknown = send(city, cookie, **OPEN | {"name": "readings-nothing"})
    assert unknown.headers["location"] == f"{PLACE}?bad=set_unknown"
