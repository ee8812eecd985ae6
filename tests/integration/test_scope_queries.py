"""Every named query is understood in a scope as it is in the whole city.

There a table is a view: it has no key that other columns could depend on in a GROUP BY, and its rows have another type.
"""

import re

import pytest

from cityops.scope import WHOLE, Scope
from cityops.storage import Database, StorageError, load_queries
from cityops.storage.queries import over

STATEMENTS = {
    f"{package}/{name}": statement
    for package in ("alerts", "cases", "citizens", "cityops.storage", "dashboard", "sharing")
    for name, statement in load_queries(package).items()
}
PART = Scope(("traffic",), ("990102",))
# What nobody of limited scope ever runs, and why.
OF_THE_WHOLE_CITY = {
    "alerts/sign_sheet": "a sheet is of the whole city, and its view refuses to be written",
    "alerts/receive_sheet": "the same",
    "alerts/alerts_gone_silent": "of `cityops watch`",
    "alerts/alerts_heard_again": "of `cityops watch`",
}


def explain(database: Database, scope: Scope, statement: str) -> str:
    """Return why the server does not understand a statement; nothing when it does."""
    values = dict.fromkeys(re.findall(r"%\((\w+)\)s", statement))
    places = dict.fromkeys(re.findall(r"\{(\w+)\}", statement), "reading_1h")
    text = f"EXPLAIN {statement}"
    try:
        with database.within(scope).transaction() as tx:
            tx.rows(over(text, **places) if places else text, **values)
    except StorageError as error:
        return str(error)
    return ""


@pytest.fixture
def understood(database: Database) -> dict[str, str]:
    """The statements that the whole city understands; the others are not such as can be explained, or want types."""
    found = {name: text for name, text in STATEMENTS.items() if not explain(database, WHOLE, text)}
    assert len(found) > len(STATEMENTS) * 0.9
    return found


def test_every_query_is_understood_in_a_scope(database: Database, understood: dict[str, str]) -> None:
    wrong = {name: explain(database, PART, statement) for name, statement in understood.items()}

    assert {name: words for name, words in wrong.items() if words and name not in OF_THE_WHOLE_CITY} == {}
