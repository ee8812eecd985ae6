"""`/api/v1/shared`: what a department's program gets with its token, and everybody else does not."""

import csv
import io
from collections.abc import Iterator

import httpx
import pytest

from cityops.accounts.roles import Role
from cityops.accounts.tokens import add_token
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from sharing.departments.store import revoke
from tests.security.conftest import House, account_of, open_house
from tests.share_samples import AIR, CASES, HEAD, PURPOSE, build_sharing, grant

PLACE = "/api/v1/shared"


@pytest.fixture
def city(database_url: str, catalogue: Catalogue) -> Iterator[House]:
    with open_house(database_url, catalogue) as house:
        with house.database.transaction() as tx:
            build_sharing(tx, catalogue)
        yield house


def ask(house: House, token: str, path: str = "") -> httpx.Response:
    return house.ask("GET", f"{PLACE}{path}", headers={"Authorization": f"Bearer {token}"})


def given(database: Database, *names: str, area: str = "") -> tuple[int, str]:
    with database.transaction() as tx:
        request, token = grant(tx, *names, area=area)
    return request.number, token


def test_a_token_tells_what_it_opens_and_gives_it(city: House) -> None:
    _, token = given(city.database, AIR, "areas", area="990101")
    told = ask(city, token).json()
    assert (told["department"], told["purpose"], told["area"]) == ("traffic-police", PURPOSE, "990101")
    assert [one["name"] for one in told["sets"]] == ["areas", AIR]
    rows = ask(city, token, f"/{AIR}?limit=4").json()
    assert rows["fields"] == told["sets"][1]["fields"]
    assert [row["value"] for row in rows["rows"]][-1] is not None
    assert {row["sensor_id"] for row in rows["rows"]} <= {"air-1"}
    assert ask(city, token, f"/{CASES}").status_code == 404
    assert ask(city, token, "/nothing-of-ours").status_code == 404
    assert ask(city, token, f"/{AIR}?after=x").status_code == 422
    assert ask(city, token, f"/{AIR}?limit=5001").status_code == 422


def test_pages_follow_the_link_in_both_forms(city: House) -> None:
    _, token = given(city.database, "areas")
    for form, read in (
        ("json", lambda answer: [row["code"] for row in answer.json()["rows"]]),
        ("csv", lambda answer: [row["code"] for row in csv.DictReader(io.StringIO(answer.text))]),
    ):
        path, found = f"/areas?limit=2&format={form}", list[str]()
        while codes := read(answer := ask(city, token, path)):
            found += codes
            path = answer.headers["link"].split(">")[0].removeprefix(f"<{PLACE}")
        assert found == sorted(set(found))
        assert {"990101", "990102"} <= set(found)
        assert answer.headers["content-type"].startswith("text/csv" if form == "csv" else "application/json")


def test_no_cell_of_a_table_is_a_formula(city: House) -> None:
    with city.database.transaction() as tx:
        tx.execute("UPDATE area SET name = %(name)s WHERE code = '990102'", name='=HYPERLINK("x")')
    _, token = given(city.database, "areas", area="990102")
    row = next(csv.DictReader(io.StringIO(ask(city, token, "/areas?format=csv").text)))
    assert row["name"] == '\'=HYPERLINK("x")'


def test_no_other_token_and_no_account_counts_here_nor_this_one_elsewhere(city: House) -> None:
    _, token = given(city.database, AIR)
    with city.database.transaction() as tx:
        program = add_token(tx, "scada", role=Role.SUPERVISOR, actor="test", now=utc_now())
    for other in (program, "cityops_share_guess", f"{token}x"):
        assert ask(city, other, f"/{AIR}").status_code == 401
    for role in Role:
        assert city.ask("GET", f"{PLACE}/{AIR}", cookie=city.log_in(account_of(role))).status_code == 401
    for path in ("/api/v1/sensors", "/api/v1/alerts", "/api/v1/cases", "/desk", "/metrics"):
        answer = city.ask("GET", path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code in (303, 401), path


def test_a_revoked_token_opens_nothing_at_once(city: House) -> None:
    number, token = given(city.database, AIR)
    assert ask(city, token, f"/{AIR}").status_code == 200
    with city.database.transaction() as tx:
        revoke(tx, number, "Over", actor=HEAD, now=utc_now())
    answer = ask(city, token, f"/{AIR}")  # the door still knows it; the database does not
    assert answer.status_code == 401
    assert "revoked" in answer.json()["message"]


def test_what_is_read_is_described(city: House) -> None:
    described = city.app.openapi()["paths"][f"{PLACE}/{{name}}"]["get"]
    assert {"401", "404", "422", "429", "503"} <= set(described["responses"])
    assert set(described["responses"]["200"]["content"]) == {"application/json", "text/csv"}
    assert {one["name"] for one in described["parameters"]} == {"name", "after", "start", "limit", "format"}
