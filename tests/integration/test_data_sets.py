"""Data sets in the database: what is decided is on record, and the portal's view says what the rule in Python says."""

import itertools

import pytest

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.settings import read_settings
from cityops.storage import Database, Transaction
from sharing.datasets.data_set import DataSetDecision, UpdateCycle
from sharing.datasets.grades import DataLevel, Grades, Openness, OpenType, ShareType, is_open
from sharing.datasets.store import decide, find_data_set, list_data_sets, seed_data_sets
from sharing.errors import DataSetChanged, DataSetUnknown, DecisionUnusable
from sharing.watch import jobs, tend_sets

NOW = utc_now()
AIR = "readings-air_station"
GRADES = Grades(ShareType.UNCONDITIONAL, "", OpenType.OPEN, DataLevel.GENERAL, general_grade=1, personal=False)
OPENED = DataSetDecision(GRADES, UpdateCycle.REALTIME, "ecology", "environment", "CC-BY-4.0", "Order 1 of 2026")


def open_names(tx: Transaction) -> set[str]:
    return {row["name"] for row in tx.rows("SELECT name FROM portal.data_set")}


def test_a_new_city_has_all_sets_and_gives_none(database: Database, catalogue: Catalogue) -> None:
    with database.transaction() as tx:
        assert seed_data_sets(tx, catalogue) == 2 * len(catalogue.kind) + 5
        assert seed_data_sets(tx, catalogue) == 0
        assert {one.openness for one in list_data_sets(tx)} == {Openness.UNDECIDED}
        assert open_names(tx) == set()
        assert tx.rows("SELECT kind FROM portal.open_kind") == []


def test_a_decision_opens_one_kind_and_is_on_record(database: Database, catalogue: Catalogue) -> None:
    with database.transaction() as tx:
        seed_data_sets(tx, catalogue)
        decided = decide(tx, AIR, OPENED, seen=1, actor="zhao", now=NOW)

        assert (decided.openness, decided.version, decided.decided_by) == (Openness.OPEN, 2, "zhao")
        assert (decided.decision, decided.decided_at) == (OPENED, NOW)
        assert open_names(tx) == {AIR}
        assert [row["kind"] for row in tx.rows("SELECT kind FROM portal.open_kind")] == ["air_station"]
        told = tx.row("SELECT actor, object, detail FROM audit_log WHERE action = 'data_set.decide'")
    assert told is not None
    assert (told["actor"], told["object"]) == ("zhao", AIR)
    assert told["detail"]["open_type"] == "open"
    assert told["detail"]["openness"] == "open"
    assert told["detail"]["basis"] == "Order 1 of 2026"


def test_who_decides_second_is_told_who_was_first(database: Database, catalogue: Catalogue) -> None:
    with database.transaction() as tx:
        seed_data_sets(tx, catalogue)
        decide(tx, AIR, OPENED, seen=1, actor="zhao", now=NOW)
    with pytest.raises(DataSetChanged, match="zhao"), database.transaction() as tx:
        decide(tx, AIR, OPENED, seen=1, actor="qian", now=NOW)
    with pytest.raises(DataSetUnknown), database.transaction() as tx:
        decide(tx, "readings-nothing", OPENED, seen=1, actor="qian", now=NOW)
    with pytest.raises(DecisionUnusable), database.transaction() as tx:
        decide(tx, AIR, DataSetDecision(Grades(), UpdateCycle.DAILY), seen=2, actor="qian", now=NOW)

    with database.transaction() as tx:
        assert find_data_set(tx, AIR).decided_by == "zhao"


def test_the_view_opens_exactly_what_the_rule_opens(database: Database) -> None:
    """Every combination, also those that no decision may have: the two must not differ on anything."""
    combined = itertools.product(OpenType, DataLevel, (False, True), (False, True))
    expected = set()
    with database.transaction() as tx:
        for number, (open_type, level, personal, is_decided) in enumerate(combined):
            name = f"set-{number}"
            tx.execute(
                "INSERT INTO data_set (name, subject, title_zh, title_en, notes_zh, notes_en, update_cycle, open_type,"
                " data_level, personal, decided_by, decided_at) VALUES (%(name)s, 'figures', 't', 't', '', '', 'daily',"
                " %(open_type)s, %(level)s, %(personal)s, %(by)s, %(at)s)",
                name=name,
                open_type=open_type.value,
                level=level.value,
                personal=personal,
                by="zhao" if is_decided else "",
                at=NOW if is_decided else None,
            )
            grades = Grades(ShareType.NONE, "", open_type, level, None, personal)
            if is_open(grades, is_decided=is_decided):
                expected.add(name)

        assert open_names(tx) == expected
    assert len(expected) == 1


def test_watch_brings_the_sets_and_decides_in_a_demo_only(database: Database, catalogue: Catalogue) -> None:
    named = [job.name for job in jobs(database, read_settings({}))]
    senders = [f"share-send-{number}" for number in range(4)]
    assert named == ["data-sets", "data-quality", "share-push", *senders, "share-late", "share-reads"]
    tend_sets(database, NOW, catalogue=catalogue, demo=False)
    with database.transaction() as tx:
        assert open_names(tx) == set()
        decide(tx, AIR, DataSetDecision(Grades(general_grade=3), UpdateCycle.DAILY, "ecology", basis="x"), seen=1,
               actor="zhao", now=NOW)  # fmt: skip

    tend_sets(database, NOW, catalogue=catalogue, demo=True)

    with database.transaction() as tx:
        assert open_names(tx) == {one.name for one in list_data_sets(tx)} - {AIR, "cases"}
        assert find_data_set(tx, AIR).decided_by == "zhao"
