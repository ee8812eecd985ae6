"""`/admin/statements`: what the database's time goes into, without a value of anybody, for system administrators."""

import pytest

from cityops.accounts.roles import Role
from cityops.storage import Database
from cityops.storage.operations.statements import statement_statistics
from tests.security.conftest import House, account_of

PLACE = "/admin/statements"
MARKER = "SELECT count(*) AS how_many_markers FROM sensor WHERE name = %(name)s AND sensor_id <> %(secret)s"


@pytest.fixture
def counted(database: Database) -> Database:
    with database.transaction() as tx:
        tx.execute("CREATE EXTENSION pg_stat_statements")
    with database.transaction() as tx:
        for _ in range(3):
            tx.value(MARKER, name="somebody", secret="s3cr3t-value")
        tx.execute("CREATE ROLE passing LOGIN PASSWORD 's3cr3t-value'")
        tx.execute("DROP ROLE passing")
    return database


def test_a_server_that_does_not_count_is_told(database: Database) -> None:
    with database.transaction() as tx:
        assert statement_statistics(tx) is None


def test_the_costliest_come_first_and_without_values(counted: Database) -> None:
    with counted.transaction() as tx:
        found = statement_statistics(tx)

    assert found is not None
    totals = [one.total_ms for one in found.costs]
    assert totals == sorted(totals, reverse=True)
    (marker,) = (one for one in found.costs if "how_many_markers" in one.statement)
    assert (marker.calls, marker.rows_a_call) == (3, 1)
    assert marker.mean_ms == pytest.approx(marker.total_ms / 3)
    assert 0 < marker.share < 1
    assert sum(one.share for one in found.costs) <= 1.0001
    assert "s3cr3t-value" not in " ".join(one.statement for one in found.costs)
    assert "ROLE" not in " ".join(one.statement for one in found.costs)


@pytest.mark.parametrize(("language", "word"), [("zh", "数据库语句"), ("en", "Database statements")])
def test_the_page_shows_them(house: House, counted: Database, language: str, word: str) -> None:
    cookie = house.log_in(account_of(Role.SYSTEM_ADMIN))

    page = house.ask("GET", f"{PLACE}?lang={language}", cookie=cookie)

    assert page.status_code == 200
    assert word in page.text
    assert "how_many_markers" in page.text


def test_the_page_says_how_to_count(house: House) -> None:
    cookie = house.log_in(account_of(Role.SYSTEM_ADMIN))

    assert "CREATE EXTENSION pg_stat_statements" in house.ask("GET", PLACE, cookie=cookie).text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_nobody_else_sees_it(house: House, role: Role) -> None:
    assert house.ask("GET", PLACE, cookie=house.log_in(account_of(role))).status_code == 403
