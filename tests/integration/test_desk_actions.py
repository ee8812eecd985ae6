"""What officers do at the desk beside the plain life cycle: many at once, taking back, steps of guidance."""

from datetime import timedelta

import pytest

from alerts.board import actions, alert_history, alert_reader, bulk, guidance, store
from alerts.board.actions import AlertAct
from alerts.errors import AlertChanged, LostRace, NotAllowed
from cityops.storage import Database
from cityops.storage.audit import verify_chain
from tests.alert_samples import NOW, detector, make_rule, open_alert

STEPS = {"zh": "立即疏散，关闭阀门。", "en": "Evacuate, close the valve."}


def raise_alerts(database: Database, count: int = 1) -> list[int]:
    with database.transaction() as tx:
        rule = make_rule(2, guidance=STEPS)
        return [open_alert(tx, rule, detector(tx, f"G-{number}")).alert_id for number in range(count)]


def test_many_are_taken_at_once_and_each_that_was_lost_is_named(database: Database) -> None:
    first, second, third = raise_alerts(database, 3)
    with database.transaction() as tx:
        actions.acknowledge(tx, second, AlertAct("wang", NOW), version=1)
    with database.transaction() as tx:
        seen = [(third, 1), (second, 1), (first, 1), (404, 1)]
        outcome = bulk.acknowledge_all(tx, seen, AlertAct("li", NOW, "here"), reason=" 同一事件 ")
    with database.transaction() as tx:
        events = alert_history.alert_events(tx, third)
        holders = {alert.alert_id: alert.acknowledged_by for alert in alert_reader.open_alerts(tx)}

    assert [alert.alert_id for alert in outcome.taken] == [first, third]
    assert [(number, type(error).__name__) for number, error in outcome.lost] == [
        (second, "LostRace"),
        (404, "AlertUnknown"),
    ]
    assert holders == {first: "li", second: "wang", third: "li"}
    assert events["reason"].iloc[-1] == "同一事件"


def test_many_need_a_reason(database: Database) -> None:
    (number,) = raise_alerts(database)
    with database.transaction() as tx, pytest.raises(NotAllowed, match="reason"):
        bulk.acknowledge_all(tx, [(number, 1)], AlertAct("li", NOW, "here"), reason="  ")


def test_a_slip_is_taken_back_and_the_deadline_counts_on(database: Database) -> None:
    (number,) = raise_alerts(database)
    with database.transaction() as tx:
        due = store.find_alert(tx, number).ack_due
        taken = actions.acknowledge(tx, number, AlertAct("li", NOW), version=1)
    with database.transaction() as tx:
        back = actions.undo(tx, number, AlertAct("li", NOW + actions.UNDO_WITHIN), version=2)
        stored = store.find_alert(tx, number)

    assert taken.acknowledged_by == "li"
    assert (back.state, back.acknowledged_by, back.lease_until) == ("UNACK", None, None)
    assert stored.escalate_at == due == stored.ack_due


@pytest.mark.parametrize(("actor", "seconds"), [("wang", 1.0), ("li", 30.1)])
def test_what_is_anothers_or_long_ago_cannot_be_taken_back(database: Database, actor: str, seconds: float) -> None:
    (number,) = raise_alerts(database)
    with database.transaction() as tx:
        actions.acknowledge(tx, number, AlertAct("li", NOW), version=1)
    with database.transaction() as tx, pytest.raises(NotAllowed):
        actions.undo(tx, number, AlertAct(actor, NOW + timedelta(seconds=seconds)), version=2)


def test_who_takes_back_after_somebody_acted_is_told_who(database: Database) -> None:
    (number,) = raise_alerts(database)
    with database.transaction() as tx:
        actions.acknowledge(tx, number, AlertAct("li", NOW), version=1)
        actions.comment(tx, number, AlertAct("wang", NOW), version=2, text="到场")
    with database.transaction() as tx, pytest.raises(LostRace, match="wang"):
        actions.undo(tx, number, AlertAct("li", NOW), version=2)


def test_ticks_say_who_and_when_and_renew_the_lease(database: Database) -> None:
    (number,) = raise_alerts(database)
    later = NOW + timedelta(minutes=10)
    with database.transaction() as tx:
        taken = actions.acknowledge(tx, number, AlertAct("li", NOW), version=1)
        actions.tick(tx, number, AlertAct("li", later), step=1, done=True)
        actions.tick(tx, number, AlertAct("li", later), step=2, done=True)
        ticked = actions.tick(tx, number, AlertAct("wang", later), step=2, done=False)
    with database.transaction() as tx:
        findings, _ = verify_chain(tx)
        events = alert_history.alert_events(tx, number)

    assert guidance.ticks_of(events) == {"立即疏散": guidance.Tick("li", later)}
    assert taken.lease_until is not None
    assert ticked.lease_until == taken.lease_until + timedelta(minutes=10)
    assert findings == []


@pytest.mark.parametrize("step", [0, 3])
def test_a_step_that_is_not_there_cannot_be_ticked(database: Database, step: int) -> None:
    (number,) = raise_alerts(database)
    with database.transaction() as tx, pytest.raises(NotAllowed):
        actions.tick(tx, number, AlertAct("li", NOW), step=step, done=True)


def test_a_closed_alert_takes_no_ticks_and_is_listed_with_its_end(database: Database) -> None:
    (number,) = raise_alerts(database)
    with database.transaction() as tx:
        alert = store.find_alert(tx, number)
        store.save(tx, alert, alert.cleared(NOW, now=NOW), "clear", actor="detection", reason="over", now=NOW)
        actions.close(tx, number, AlertAct("li", NOW), version=2, reason="误报")
    with database.transaction() as tx:
        past = alert_history.past_alerts(tx, "G-0", before=number + 1, most=5).to_dict("records")
        with pytest.raises(AlertChanged):
            actions.tick(tx, number, AlertAct("li", NOW), step=1, done=True)

    assert [(row["alert_id"], row["action"], row["actor"], row["reason"]) for row in past] == [
        (number, "close", "li", "误报")
    ]
