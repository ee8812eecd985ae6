"""What faces the public works in a role that can read the listed views, call the listed functions, and nothing else."""

import os
import re
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from citizens.store.inbox import send_report
from cityops.catalogue import Catalogue
from cityops.storage import Database, StorageError
from cityops.storage.migrate import migrate
from cityops.storage.portal_role import make_portal_role, portal_url
from tests.citizen_samples import PUBLIC_KEY, REPORT, opened_portal

# All that the public's programs may read and call. Whoever adds to this opens something to everybody.
VIEWS = {
    *("portal.report", "portal.report_note", "portal.report_photo"),
    *("portal.service", "portal.service_condition", "portal.district_figures"),
    "portal.article",
    *("portal.data_set", "portal.open_kind", "portal.data_field", "portal.data_quality"),
    "portal.data_file",
    *("portal.release", "portal.street"),
    *("portal.open_sensor", "portal.open_sensor_kind", "portal.open_metric", "portal.open_series"),
    *("portal.open_latest", "portal.open_reading"),
    *("portal.area", "portal.city_now", "portal.detector", "portal.map_feature", "portal.warning"),
    "portal.public_warning",
}
FUNCTIONS = {
    *("portal.take_report", "portal.add_photo", "portal.own_report", "portal.own_notes"),
    *("portal.find_key", "portal.find_articles", "portal.show_life"),
}
OURS = "nspname !~ '^pg_' AND nspname <> 'information_schema'"
RELATIONS = (
    "SELECT format('%I.%I', nspname, relname) AS name, pg_class.oid, relkind::text AS kind"
    f" FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE {OURS} AND relkind <> 'i'"
)
CALLABLE = (
    "SELECT DISTINCT format('%I.%I', nspname, proname) AS name FROM pg_proc"
    f" JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE {OURS}"
    " AND has_schema_privilege(nspname, 'USAGE') AND has_function_privilege(pg_proc.oid, 'EXECUTE')"
)


@pytest.fixture
def portal(database: Database, database_url: str, catalogue: Catalogue) -> Iterator[Database]:
    with opened_portal(database, database_url, catalogue) as found:
        with found.transaction() as tx:
            send_report(tx, REPORT, public_key=PUBLIC_KEY)
        yield found


def is_refused(portal: Database, statement: str) -> bool:
    try:
        with portal.transaction() as tx:
            tx.execute(statement)
    except StorageError as error:
        # A view of several tables cannot be written by anybody, which is found before the rights are.
        assert re.search("permission denied|must be|cannot (delete from|insert into) view", str(error)), error
        return True
    return False


def test_it_reads_the_listed_views_and_no_other_relation(portal: Database, database: Database) -> None:
    with database.transaction() as tx:
        relations = {row["name"]: row["kind"] for row in tx.rows(RELATIONS)}
    readable = {
        name
        for name, kind in relations.items()
        if not is_refused(portal, f"SELECT nextval('{name}')" if kind == "S" else f"SELECT * FROM {name} LIMIT 1")
    }

    assert len(relations) > 150
    assert readable == VIEWS


def test_it_writes_nothing_but_through_its_functions(portal: Database, database: Database) -> None:
    with database.transaction() as tx:
        relations = [row["name"] for row in tx.rows(RELATIONS) if row["kind"] in "rpvm"]
    for name in relations:
        assert is_refused(portal, f"DELETE FROM {name}"), name
        assert is_refused(portal, f"INSERT INTO {name} DEFAULT VALUES"), name


def test_it_calls_the_listed_functions_and_no_other_of_ours(portal: Database) -> None:
    with portal.transaction() as tx:
        assert {row["name"] for row in tx.rows(CALLABLE)} == FUNCTIONS


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT public.in_scope('a', 'b')",
        "SELECT public.pg_stat_statements_reset()",
        "SELECT * FROM scoped.citizen_report",
        "CREATE TABLE public.mine (a int)",
        "CREATE TABLE portal.mine (a int)",
        "CREATE TEMPORARY TABLE mine (a int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "CREATE OR REPLACE FUNCTION portal.own_notes(text, bytea) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET ROLE cityops",
        "SET session_replication_role = replica",
        "SELECT lo_create(0)",
        "COPY portal.report TO PROGRAM 'cat'",
        "SELECT pg_read_file('postgresql.conf')",
    ],
)
def test_it_does_not_get_out(portal: Database, statement: str) -> None:
    assert is_refused(portal, statement)


def test_it_is_a_member_of_no_role(portal: Database) -> None:
    with portal.transaction() as tx:
        assert tx.rows("SELECT FROM pg_auth_members WHERE member = 'cityops_portal'::regrole") == []


def test_the_code_of_a_report_is_in_no_view(portal: Database, database: Database) -> None:
    with database.transaction() as tx:
        columns = tx.rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = ANY (%(views)s::regclass[])", views=[*VIEWS]
        )
    shown = {row["attname"] for row in columns}

    assert "number" in shown
    assert not shown & {"code_hash", "said", "sealed", "reporter_id", "device", "sender", "actor", "reason", "data"}


def test_an_owner_who_is_no_superuser_gives_and_takes_the_same_rights(postgres_url: str, catalogue: Catalogue) -> None:
    """As in production, where neither who migrates nor the services are superusers."""
    name = f"cityops_owned_{os.getpid()}"
    administer(postgres_url, f"CREATE ROLE {name} LOGIN PASSWORD 'owner'", f"CREATE DATABASE {name} OWNER {name}")
    parts = urlsplit(postgres_url)
    url = urlunsplit(parts._replace(netloc=f"{name}:owner@{parts.hostname}:{parts.port}", path=f"/{name}"))
    owner, admin = Database(url, application="owner"), Database(postgres_url, application="admin")
    portal = Database(portal_url(url, "portal"), application="portal")
    try:
        make_portal_role(admin, "portal")
        migrate(owner, catalogue, report=lambda _: None)
        with portal.transaction() as tx:
            assert send_report(tx, REPORT, public_key=PUBLIC_KEY).is_new
            assert {row["name"] for row in tx.rows(CALLABLE)} == FUNCTIONS
        for statement in ("SELECT * FROM public.citizen_report", "CREATE TEMPORARY TABLE mine (a int)"):
            assert is_refused(portal, statement)
    finally:
        for database in (owner, admin, portal):
            database.close()
        administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE {name}")


def administer(url: str, *statements: str) -> None:
    """Run statements that no transaction may hold."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
