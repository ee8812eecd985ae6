"""SQL lives in files under names."""

from importlib.resources import files

import pytest

from cityops.storage.queries import load_queries, split_statements

PACKAGES = ["cityops.storage", "alerts"]


def test_a_file_holds_statements_under_names() -> None:
    text = "-- a heading\n\n-- name: one\n-- Says one.\nSELECT 1\n\n-- name: two\nSELECT 2\n"

    assert list(split_statements(text)) == [("one", "-- Says one.\nSELECT 1"), ("two", "SELECT 2")]


def test_what_statements_have_in_common_is_written_once() -> None:
    text = (
        "-- part: fits\n-- Which rows.\nkind = 1\nAND good\n\n"
        "-- name: one\nSELECT 1 WHERE /* part: fits */\n\n-- name: two\nSELECT 2 WHERE old AND /* part: fits */\n"
    )

    assert list(split_statements(text)) == [
        ("one", "SELECT 1 WHERE kind = 1\nAND good"),
        ("two", "SELECT 2 WHERE old AND kind = 1\nAND good"),
    ]
    with pytest.raises(KeyError, match="other"):
        list(split_statements("-- name: one\nSELECT 1 WHERE /* part: other */\n"))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_statement_says_what_it_is_for(package: str) -> None:
    queries = load_queries(package)

    assert [name for name, statement in queries.items() if not statement.startswith("-- ")] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_file_is_forgotten(package: str) -> None:
    headers = sum(
        file.read_text(encoding="utf-8").count("-- name: ")
        for file in files(package).joinpath("sql").iterdir()
        if file.name.endswith(".sql")
    )

    assert len(load_queries(package)) == headers > 0


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        load_queries("alerts")["no_such_query"]
