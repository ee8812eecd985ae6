"""Cases in a database, for tests: the same people as in the unit tests, and the product's calendar."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from cases.life.case import Case
from cases.life.details import Asking, CallBack, CaseType, Report
from cases.life.posts import CaseActor
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store import acting
from cases.store.case_store import CasePlace, case_events, find_case
from cases.store.catalogue.calendars import import_calendar
from cityops.storage import Database, Transaction
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI, calendar

NOW = people.START
PLACE = CasePlace("路面塌陷，电话 13800138000", "光明路 8 号", 118.8, 31.9)


def start_city(database: Database) -> None:
    """Import the working calendar, as version 1."""
    with database.transaction() as tx:
        import_calendar(tx, calendar(), actor="test", now=NOW)


def report_case(
    tx: Transaction, *, area: str = "990101", alert_id: int | None = None, callers: int = 0, now: datetime = NOW
) -> int:
    """A collector reports a case."""
    said = Report(source="collector", kind=CaseType.CASE, area=area, alert_id=alert_id, callers=callers)
    return acting.report(tx, said, PLACE, actor=people.COLLECTOR, now=now, zone=SHANGHAI)


def do(tx: Transaction, case_id: int, act: Act, actor: CaseActor, details: object = None, now: datetime = NOW) -> Case:
    """Do an act with a case as it is now."""
    seen = find_case(tx, case_id)
    said = details if details is not None else people.details_for(act, people.CaseStory(now, seen))
    return acting.perform(
        tx,
        case_id,
        act,
        version=seen.version,
        actor=actor,
        now=now,
        reason="because",
        details=said,  # type: ignore[arg-type]
    )


def ask_exclusion(tx: Transaction, actor: CaseActor) -> int:
    """Report a case whose caller was not reached, and ask that it does not count; return its id."""
    case_id, now = report_case(tx, callers=1), NOW
    for act, person, details in people.PATHS[CaseState.CALLING][1:]:
        now += timedelta(minutes=1)
        do(tx, case_id, act, person, details, now)
    do(tx, case_id, Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=False), now)
    do(tx, case_id, Act.ASK_EXCLUDE, actor, Asking(), now)
    return case_id


def walk(tx: Transaction, steps: list[people.Step], *, area: str = "990101", now: datetime = NOW) -> int:
    """Take a case through some steps of the unit tests, a minute apart; return its id."""
    case_id = report_case(tx, area=area, now=now)
    for number, (act, actor, details) in enumerate(steps[1:], 1):
        said = replace(people.FILING, area=area) if act is Act.FILE else details
        do(tx, case_id, act, actor, said, now + timedelta(minutes=number))
    return case_id


def check_case(tx: Transaction, case_id: int) -> None:
    """The case is what its events have made it, in its row and in its tasks too."""
    case, events = find_case(tx, case_id), case_events(tx, case_id)
    row = tx.row("SELECT version, state FROM city_case WHERE case_id = %(id)s", id=case_id)
    tasks = tx.rows("SELECT state FROM case_task WHERE case_id = %(id)s ORDER BY place", id=case_id)
    assert acting.replay_case(tx, case_id) == case
    assert [event["seq"] for event in events] == list(range(1, case.version + 1))
    assert row == {"version": case.version, "state": events[-1]["to_state"]}
    assert [task["state"] for task in tasks] == [task.state for task in case.tasks]
