"""Any later edit of what happened is found, and nothing else is."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from alerts.board import actions
from alerts.board.actions import AlertAct
from cityops.audit.anchors import START, Anchor
from cityops.audit.audit_chain import ChainEntry, ChainFault, link_hash, verify
from cityops.command_line import app
from cityops.storage import Database
from cityops.storage.audit import audit_head, read_entries, record, verify_chain
from tests.alert_samples import NOW, detector, make_rule, open_alert

Chain = tuple[list[ChainEntry], Anchor]
TAMPERINGS = 10_000


def make_history(database: Database, alerts: int = 12) -> None:
    """Raise some alerts, and have people do things with them; each in a transaction of its own."""
    for number in range(alerts):
        with database.transaction() as tx:
            alert = open_alert(tx, make_rule(2), detector(tx, f"G-{number}"))
        with database.transaction() as tx:
            actions.acknowledge(tx, alert.alert_id, AlertAct(f"officer-{number % 3}", NOW), version=1)
        with database.transaction() as tx:
            text = "到场，关阀 1:a,2:bc,"  # looks like the canonical form
            actions.comment(tx, alert.alert_id, AlertAct("duty", NOW + timedelta(minutes=1)), version=2, text=text)


def export(database: Database) -> Chain:
    with database.transaction() as tx:
        head = audit_head(tx)
        assert head is not None
        return list(read_entries(tx)), head


def change_a_field(chain: Chain, dice: random.Random) -> Chain:
    entries, head = chain
    place = dice.randrange(len(entries))
    fields = list(entries[place].fields or ())
    column = dice.randrange(len(fields))
    text = fields[column]
    spot = dice.randrange(len(text) + 1)
    edits = (text[:spot] + dice.choice("0a,:改") + text[spot:], text[:-1] if text else "x", text + " ", "")
    fields[column] = dice.choice([edit for edit in edits if edit != text])
    return [*entries[:place], replace(entries[place], fields=fields), *entries[place + 1 :]], head


def shift_between_fields(chain: Chain, dice: random.Random) -> Chain:
    """Move the border of two neighbouring fields: the same letters in another order of fields."""
    entries, head = chain
    place = dice.randrange(len(entries))
    fields = list(entries[place].fields or ())
    column = dice.choice([number for number in range(len(fields) - 1) if fields[number]])
    fields[column], fields[column + 1] = fields[column][:-1], fields[column][-1] + fields[column + 1]
    return [*entries[:place], replace(entries[place], fields=fields), *entries[place + 1 :]], head


def change_and_hash_anew(chain: Chain, dice: random.Random) -> Chain:
    """Forge a row and its own link, as somebody would who can read this file."""
    entries, head = change_a_field(chain, dice)
    forged = [replace(entry, hash=hash_anew(entry)) for entry in entries]
    return forged, head


def hash_anew(entry: ChainEntry) -> bytes:
    return link_hash(entry.seq or 0, entry.source, entry.row_id, entry.previous or b"", entry.fields or ())


def change_and_redo_the_rest(chain: Chain, dice: random.Random) -> Chain:
    """Forge a row and every link after it, but not the head."""
    entries, head = change_a_field(chain, dice)
    return redo(entries), head


def redo(entries: list[ChainEntry]) -> list[ChainEntry]:
    last, redone = START, []
    for seq, entry in enumerate(entries, 1):
        digest = link_hash(seq, entry.source, entry.row_id, last, entry.fields or ())
        redone.append(replace(entry, seq=seq, previous=last, hash=digest))
        last = digest
    return redone


def remove_a_row(chain: Chain, dice: random.Random) -> Chain:
    entries, head = chain
    place = dice.randrange(len(entries))
    return [*entries[:place], replace(entries[place], fields=None), *entries[place + 1 :]], head


def remove_a_row_with_its_link(chain: Chain, dice: random.Random) -> Chain:
    entries, head = chain
    place = dice.randrange(len(entries))
    return [*entries[:place], *entries[place + 1 :]], head


def remove_and_renumber(chain: Chain, dice: random.Random) -> Chain:
    entries, head = remove_a_row_with_its_link(chain, dice)
    return [replace(entry, seq=number) for number, entry in enumerate(entries, 1)], head


def insert_a_row(chain: Chain, dice: random.Random) -> Chain:
    entries, head = chain
    model = dice.choice(entries)
    return [*entries, ChainEntry(model.source, model.row_id + 100_000, fields=model.fields)], head


def append_a_forged_link(chain: Chain, dice: random.Random) -> Chain:
    entries, head = chain
    model, last = dice.choice(entries), entries[-1]
    seq, row_id, previous = (last.seq or 0) + 1, model.row_id + 100_000, last.hash or b""
    digest = link_hash(seq, model.source, row_id, previous, model.fields or ())
    return [*entries, ChainEntry(model.source, row_id, seq, previous, digest, model.fields)], head


def swap_rows(chain: Chain, dice: random.Random) -> Chain:
    """Two rows change places under their links. Rows that say the same would be no change."""
    entries, head = list(chain[0]), chain[1]
    one, other = dice.sample(range(len(entries)), 2)
    while entries[one].fields == entries[other].fields:
        one, other = dice.sample(range(len(entries)), 2)
    first, second = entries[one], entries[other]
    entries[one], entries[other] = replace(first, fields=second.fields), replace(second, fields=first.fields)
    return entries, head


def swap_links(chain: Chain, dice: random.Random) -> Chain:
    """Two links change their numbers: another order of events."""
    entries, head = list(chain[0]), chain[1]
    one, other = dice.sample(range(len(entries)), 2)
    first, second = entries[one], entries[other]
    entries[one], entries[other] = replace(second, seq=first.seq), replace(first, seq=second.seq)
    return entries, head


def cut_off_the_end(chain: Chain, dice: random.Random) -> Chain:
    entries, head = chain
    return entries[: -dice.randint(1, len(entries))], head


def change_a_hash(chain: Chain, dice: random.Random) -> Chain:
    entries, head = chain
    place = dice.randrange(len(entries))
    return [*entries[:place], replace(entries[place], hash=dice.randbytes(32)), *entries[place + 1 :]], head


def change_the_head(chain: Chain, dice: random.Random) -> Chain:
    entries, head = chain
    return entries, Anchor(head.seq + dice.choice((-1, 0, 1)), dice.randbytes(32))


WAYS: tuple[Callable[[Chain, random.Random], Chain], ...] = (
    change_a_field, shift_between_fields, change_and_hash_anew, change_and_redo_the_rest, remove_a_row,
    remove_a_row_with_its_link, remove_and_renumber, insert_a_row, append_a_forged_link, swap_rows, swap_links,
    cut_off_the_end, change_a_hash, change_the_head,
)  # fmt: skip


def test_ten_thousand_tamperings_are_all_found_and_an_untouched_chain_never_alarms(database: Database) -> None:
    make_history(database)
    chain = export(database)
    assert len(chain[0]) == 60
    assert [entry.seq for entry in chain[0]] == list(range(1, 61))
    assert {entry.source for entry in chain[0]} == {"alert_event", "audit_log"}
    dice = random.Random(20260301)

    unnoticed = []
    for number in range(TAMPERINGS):
        way = WAYS[number % len(WAYS)]
        entries, head = way(chain, dice)
        if next(verify(entries, head), None) is None:
            unnoticed.append((number, way.__name__))

    assert unnoticed == []
    for length in range(len(chain[0]) + 1):  # every chain that ever was
        head = Anchor(length, chain[0][length - 1].hash or b"") if length else Anchor(0, START)
        assert list(verify(chain[0][:length], head)) == []


def test_a_chain_that_was_redone_with_its_head_is_found_by_an_anchor_only(database: Database) -> None:
    make_history(database, 3)
    entries, head = export(database)
    forged = redo(change_a_field((entries, head), random.Random(1))[0])
    new_head = Anchor(head.seq, forged[-1].hash or b"")

    assert list(verify(forged, new_head)) == []
    (found,) = verify(forged, new_head, anchors=[head])
    assert found.trouble is ChainFault.NOT_AT_ANCHOR


def test_writers_at_the_same_time_make_one_chain(database: Database) -> None:
    def write(number: int) -> None:
        with database.transaction() as tx:
            for part in range(3):
                record(tx, f"writer-{number}", "test", str(part), at=NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(60)))

    with database.transaction() as tx:
        findings, head = verify_chain(tx)
    assert findings == []
    assert head is not None
    assert head.seq == 180


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE alert_event SET actor = 'nobody' WHERE alert_event_id = 2", "changed: number 2, row 2 of alert_event"),
        ("UPDATE audit_log SET detail = '{}' WHERE audit_id = 1", "changed: number 3, row 1 of audit_log"),
        ("UPDATE alert_event SET at = at + interval '1 microsecond' WHERE alert_event_id = 1", "changed: number 1"),
        ("DELETE FROM audit_log WHERE audit_id = 1", "removed: number 3, row 1 of audit_log"),
        ("DELETE FROM audit_link WHERE seq = 2", "inserted: row 2 of alert_event"),
        (
            "DELETE FROM audit_link WHERE seq >= 4; DELETE FROM audit_log WHERE audit_id = 2; "
            "DELETE FROM alert_event WHERE alert_event_id = 3",
            "cut off: the chain ends at 3, its head says 5",
        ),
        ("DELETE FROM audit_head", "cut off: the head of the chain is gone"),
    ],
)
def test_the_verb_names_the_row_that_was_tampered_with(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, statement: str, words: str
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    make_history(database, 1)
    whole = CliRunner().invoke(app, ["audit", "verify"])
    assert (whole.exit_code, whole.output.splitlines()[0]) == (0, "The audit chain is whole: 5 rows.")
    anchor = whole.output.splitlines()[1].removeprefix("anchor ")
    assert CliRunner().invoke(app, ["audit", "verify", "--anchor", anchor]).exit_code == 0

    with database.transaction() as tx:  # as its owner may, who switches the triggers off
        tx.execute("SET LOCAL session_replication_role = replica")
        tx.execute(statement)
    broken = CliRunner().invoke(app, ["audit", "verify"])

    assert broken.exit_code == 1
    assert words in broken.output
