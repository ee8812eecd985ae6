"""Data sets in the database: brought for every kind in use, and decided on, on record."""

from dataclasses import asdict
from datetime import datetime

from cityops.catalogue import Catalogue, Names
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record
from sharing.datasets.data_set import DataSet, DataSetDecision, Subject, UpdateCycle, check_decision
from sharing.datasets.grades import DataLevel, Grades, OpenType, ShareType
from sharing.datasets.seeds import decide_for_demo, sets_of
from sharing.errors import DataSetChanged, DataSetUnknown

SQL = load_queries("sharing")
DEMO = "demo"  # who decided, where nobody did


def seed_data_sets(tx: Transaction, catalogue: Catalogue) -> int:
    """Bring the sets of a catalogue that are not there, undecided; return how many. What is there stays."""
    return sum(
        tx.execute(
            SQL["bring_data_set"],
            name=one.name,
            subject=one.subject.value,
            kind=one.kind,
            title_zh=one.title.zh,
            title_en=one.title.en,
            notes_zh=one.notes.zh,
            notes_en=one.notes.en,
            update_cycle=one.decision.update_cycle.value,
            personal=one.decision.grades.personal,
        )
        for one in sets_of(catalogue)
    )


def decide_demo_sets(tx: Transaction, catalogue: Catalogue, *, now: datetime) -> int:
    """Have the demo decide about every set that nobody decided on; return how many."""
    waiting = [one for one in list_data_sets(tx) if one.decided_at is None]
    for one in waiting:
        decision = decide_for_demo(one, catalogue)
        decide(tx, one.name, decision, seen=one.version, actor=DEMO, now=now, origin="watch")
    return len(waiting)


def list_data_sets(tx: Transaction) -> list[DataSet]:
    """Return all sets, by subject and name."""
    return [_made(row) for row in tx.rows(SQL["data_sets"])]


def find_data_set(tx: Transaction, name: str) -> DataSet:
    """Return one set, open or not. Raises DataSetUnknown."""
    row = tx.row(SQL["one_data_set"], name=name)
    if row is None:
        raise DataSetUnknown
    return _made(row)


def decide(
    tx: Transaction,
    name: str,
    decision: DataSetDecision,
    *,
    seen: int,
    actor: str,
    now: datetime,
    origin: str = COMMAND_LINE,
) -> DataSet:
    """Decide about a set that was seen at a version; return it as it is from now on.

    Raises DecisionUnusable, DataSetUnknown, and DataSetChanged naming who was first.
    """
    check_decision(decision)
    values = asdict(decision)
    values |= values.pop("grades")
    if tx.row(SQL["decide_data_set"], name=name, seen=seen, actor=actor, now=now, **values) is None:
        raise DataSetChanged(find_data_set(tx, name).decided_by)
    decided = find_data_set(tx, name)
    detail = {"version": decided.version, "openness": decided.openness.value, **values}
    record(tx, actor, "data_set.decide", name, at=now, origin=origin, detail=detail)
    return decided


def _made(row: Row) -> DataSet:
    grades = Grades(
        ShareType(row["share_type"]),
        row["share_condition"],
        OpenType(row["open_type"]),
        DataLevel(row["data_level"]),
        row["general_grade"],
        row["personal"],
    )
    decision = DataSetDecision(
        grades, UpdateCycle(row["update_cycle"]), row["provider"], row["category"], row["licence"], row["basis"]
    )
    return DataSet(
        row["name"],
        Subject(row["subject"]),
        Names(zh=row["title_zh"], en=row["title_en"]),
        Names(zh=row["notes_zh"], en=row["notes_en"]),
        decision,
        row["kind"],
        row["decided_by"],
        row["decided_at"],
        row["version"],
    )
