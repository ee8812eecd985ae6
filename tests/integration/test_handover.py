"""One shift hands over to the next: two people, two signatures, and of two at once one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from alerts.shift import store as handover_store
from alerts.shift.store import NoteRefused, SamePerson, SheetUnknown, SignedFirst
from cityops.catalogue import Names
from cityops.devices.sensors import Sensor
from cityops.scope import Scope
from cityops.storage import BadData, Database, StorageError
from cityops.storage.devices.registry import register_sensor

NOW = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
HERE = "127.0.0.1"


def place(code: str) -> Names:
    return Names(code, code)


def note(database: Database, words: str, now: datetime = NOW) -> int:
    with database.transaction() as tx:
        return handover_store.write_note(tx, words, author="li", now=now, origin=HERE)


def sign(database: Database, actor: str, *, seen: int | None = None, now: datetime = NOW) -> int:
    with database.transaction() as tx:
        return handover_store.sign(tx, seen=seen, actor=actor, place=place, now=now, origin=HERE)


def receive(database: Database, number: int, actor: str, now: datetime = NOW) -> None:
    with database.transaction() as tx:
        handover_store.receive(tx, number, actor=actor, now=now, origin=HERE)


def words_on(database: Database, number: int) -> list[str]:
    with database.transaction() as tx:
        return [line.words for line in handover_store.find(tx, number).sheet.notes]


def test_a_shift_ends_with_two_signatures_and_the_next_begins_there(database: Database) -> None:
    with database.transaction() as tx:
        register_sensor(tx, Sensor("gas-1", "9901", "emergency", "gas_detector", "一号", 119.0, 30.0), NOW)
    note(database, "门禁报修")
    later = NOW + timedelta(hours=1)
    number = sign(database, "li", now=later)
    note(database, "交班之后")
    receive(database, number, "wang", later)
    with database.transaction() as tx:
        found = handover_store.find(tx, number)
        following = handover_store.draft(tx, place=place, now=later)
        (past,) = handover_store.past(tx, limit=10).to_dict("records")

    assert found.sheet.since == later - timedelta(hours=12)  # nobody handed over before
    assert [line.words for line in found.sheet.notes] == ["门禁报修"]
    assert [line.sensor_id for line in found.sheet.sensors] == ["gas-1"]
    assert (found.signatures.outgoing, found.signatures.incoming) == ("li", "wang")
    assert (following.since, [line.words for line in following.notes]) == (later, ["交班之后"])
    assert (past["handover_id"], past["incoming"], past["newest"]) == (number, "wang", True)


def test_what_nobody_took_is_said_again_by_the_next_sheet(database: Database) -> None:
    note(database, "first")
    old = sign(database, "li")
    note(database, "second")
    new = sign(database, "li", seen=old)

    assert words_on(database, new) == ["first", "second"]
    with pytest.raises(SignedFirst, match="li"):
        receive(database, old, "wang")
    receive(database, new, "wang")


def test_nobody_hands_over_to_themselves(database: Database) -> None:
    number = sign(database, "li")

    with pytest.raises(SamePerson):
        receive(database, number, "li")
    with pytest.raises(BadData), database.transaction() as tx:  # nor past this program
        tx.execute("INSERT INTO handover_receipt SELECT handover_id, outgoing, outgoing, now() FROM handover")


def test_of_many_at_once_one_hands_over_and_one_takes_and_the_others_learn_who(database: Database) -> None:
    def attempt(action: str, number: int | None, actor: str) -> str:
        try:
            sign(database, actor, seen=number) if action == "sign" else receive(database, number or 0, actor)
        except SignedFirst as lost:
            return lost.winner
        return actor

    people = [f"officer-{place}" for place in range(6)]
    with ThreadPoolExecutor(6) as pool:
        (outgoing,) = set(pool.map(lambda actor: attempt("sign", None, actor), people))
        with database.transaction() as tx:
            newest = handover_store.latest(tx)
        assert newest is not None
        assert newest.outgoing == outgoing
        others = [actor for actor in people if actor != outgoing]
        (incoming,) = set(pool.map(lambda actor: attempt("receive", newest.handover_id, actor), others))

    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM handover") == tx.value("SELECT count(*) FROM handover_receipt") == 1
        assert handover_store.find(tx, newest.handover_id).signatures.incoming == incoming


def test_while_a_sheet_waits_only_its_officer_signs_anew(database: Database) -> None:
    number = sign(database, "li")

    with pytest.raises(SignedFirst, match="li"):
        sign(database, "wang", seen=number)


def test_a_sheet_that_is_none_is_said_so(database: Database) -> None:
    with pytest.raises(SheetUnknown):
        receive(database, 404, "wang")
    with pytest.raises(SheetUnknown), database.transaction() as tx:
        handover_store.find(tx, 404)


@pytest.mark.parametrize("words", ["", "  \n ", "字" * 2001])
def test_a_note_says_something_and_is_no_book(database: Database, words: str) -> None:
    with pytest.raises(NoteRefused):
        note(database, words)


def test_both_signatures_are_in_the_audit_log_with_the_fingerprint_of_the_sheet(database: Database) -> None:
    note(database, "门禁报修")
    number = sign(database, "li")
    receive(database, number, "wang")
    with database.transaction() as tx:
        rows = tx.rows("SELECT actor, action, object, detail FROM audit_log ORDER BY audit_id")
        found = handover_store.find(tx, number)

    assert [(row["actor"], row["action"]) for row in rows] == [
        ("li", "shift.note"),
        ("li", "handover.sign"),
        ("wang", "handover.receive"),
    ]
    assert {row["detail"]["fingerprint"] for row in rows[1:]} == {found.fingerprint}
    assert msgspec.json.decode(found.text)["notes"][0]["words"] == "门禁报修"


def notes_in(database: Database) -> list[str]:
    with database.transaction() as tx:
        return [line.words for line in handover_store.draft(tx, place=place, now=NOW).notes]


def test_a_note_is_read_by_those_who_see_all_that_its_author_sees(database: Database) -> None:
    scopes = {
        "city": Scope(),
        "district": Scope(areas=("990101",)),
        "street": Scope(areas=("990101001",)),
        "other": Scope(areas=("990102",)),
        "traffic": Scope(domains=("traffic",)),
        "district traffic": Scope(domains=("traffic",), areas=("990101",)),
    }
    for name, scope in scopes.items():
        note(database.within(scope), name)
    read = {name: notes_in(database.within(scope)) for name, scope in scopes.items()}
    number = sign(database, "li", now=NOW)

    assert read == {
        "city": list(scopes),
        "district": ["district", "street", "district traffic"],
        "street": ["street"],
        "other": ["other"],
        "traffic": ["traffic", "district traffic"],
        "district traffic": ["district traffic"],
    }
    assert words_on(database, number) == list(scopes)


def test_in_a_scope_a_shift_begins_as_everywhere_and_sheets_stay_closed(database: Database) -> None:
    part = database.within(Scope(areas=("990101",)))
    with database.transaction() as tx:
        for sensor, area in (("gas-1", "990101"), ("gas-2", "990102")):
            register_sensor(tx, Sensor(sensor, area, "emergency", "gas_detector", sensor, 119.0, 30.0), NOW)
    note(part, "of the last shift")
    number = sign(database, "li")
    receive(database, number, "wang")
    with part.transaction() as tx:
        draft = handover_store.draft(tx, place=place, now=NOW + timedelta(hours=1))
        past = handover_store.past(tx, limit=9)

        assert (draft.since, draft.notes) == (NOW, ())
        assert [line.sensor_id for line in draft.sensors] == ["gas-1"]
        assert past[["outgoing", "incoming"]].values.tolist() == [["li", "wang"]]
        assert tx.value("SELECT count(sheet) FROM handover") == 0
        with pytest.raises(SheetUnknown):
            handover_store.find(tx, number)


def test_in_a_scope_nothing_is_signed_and_no_note_is_another_parts(database: Database) -> None:
    part = database.within(Scope(areas=("990101",)))
    with pytest.raises(StorageError):
        sign(part, "li")
    number = sign(database, "li")
    with pytest.raises(StorageError):
        receive(part, number, "wang")
    for areas in ("NULL", "'{990102}'", "'{*}'"):
        statement = f"INSERT INTO shift_note (at, author, words, areas) VALUES (now(), 'wang', 'x', {areas})"
        with pytest.raises(StorageError), part.transaction() as tx:
            tx.execute(statement)
    with database.transaction() as tx:
        newest = handover_store.latest(tx)

    assert newest is not None
    assert newest.waits
    assert notes_in(database) == []


@pytest.mark.parametrize("table", ["shift_note", "handover", "handover_receipt"])
def test_what_was_signed_is_never_rewritten(database: Database, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(StorageError, match="append-only"), database.transaction() as tx:
            tx.execute(statement)
