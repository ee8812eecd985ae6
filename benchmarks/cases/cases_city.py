"""A city with a million cases, filled by SQL from some hundred that were worked by the rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from msgspec.structs import replace

from cases.clock.calendar_files import built_in_calendar
from cases.life.details import CaseType, Report
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store import acting
from cases.store.catalogue.calendars import import_calendar
from cityops.storage import Database, Transaction
from tests.case_samples import PLACE, do
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI

STREETS, DEPARTMENTS = 343, 60
DISTRICTS = 16
DAYS = 660  # of which the closed cases are; the calendar begins in 2025
RECENT = 70  # days of which there are events too: those that a score may ask for
OPEN_STATES = (CaseState.REPORTED, CaseState.FILED, CaseState.DISPATCHED, CaseState.HANDLING, CaseState.HANDLED)
# Without triggers, keys and notices: they are not what is measured, and would take an hour.
QUICK = "SET LOCAL session_replication_role = replica"
PICK = """
CREATE TEMPORARY TABLE filled ON COMMIT DROP AS
SELECT %(first)s + n AS case_id, template.case_id AS template, template.reported_at >= %(recent)s AS is_recent,
       '9901' || lpad((n %% %(streets)s %% %(districts)s + 1)::text, 2, '0')
              || lpad((n %% %(streets)s / %(districts)s + 1)::text, 3, '0') AS area,
       'dept-' || (n %% %(departments)s) AS department
FROM generate_series(0, %(count)s - 1) AS n
JOIN (SELECT case_id, reported_at, row_number() OVER (ORDER BY case_id) - 1 AS place, count(*) OVER () AS all
      FROM city_case WHERE case_id = ANY (%(templates)s)) AS template ON template.place = n %% template.all
"""
CASES = """
INSERT INTO city_case (case_id, day_code, version, state, kind, source, category, standard, severity, area_code,
                       first_area, longitude, latitude, address, description, round, lead_department,
                       called_departments, reported_by, reported_at, dispatched_at, due_at, due_provisional,
                       paused_until, overdue_at, handled_at, ended_at, snapshot, awaited, departments)
OVERRIDING SYSTEM VALUE
SELECT filled.case_id, day_code, version, state, kind, source, category, standard, severity, filled.area, filled.area,
       longitude, latitude, address, description, round, CASE WHEN lead_department = '' THEN '' ELSE department END,
       called_departments, reported_by, reported_at, dispatched_at,
       due_at, due_provisional, paused_until, overdue_at, handled_at, ended_at,
       replace(replace(snapshot, '"990101"', '"' || filled.area || '"'), '"roads"', '"' || department || '"'),
       string_to_array(replace(array_to_string(awaited, ','), 'roads', department), ','),
       array_replace(departments, 'roads', department)
FROM filled JOIN city_case ON city_case.case_id = filled.template
"""
EVENTS = """
INSERT INTO case_event (case_id, seq, at, act, from_state, to_state, actor, post, department, reason, data, origin)
SELECT filled.case_id, seq, at, act, from_state, to_state, actor, post,
       CASE case_event.department WHEN 'roads' THEN filled.department ELSE case_event.department END, reason,
       replace(replace(data, '"990101"', '"' || filled.area || '"'), '"roads"', '"' || filled.department || '"'), origin
FROM filled JOIN case_event ON case_event.case_id = filled.template WHERE is_recent
"""
TASKS = """
INSERT INTO case_task (case_id, place, round, department, role, state, worker, offered_at, accepted_at, done_at)
SELECT filled.case_id, place, round,
       CASE case_task.department WHEN 'roads' THEN filled.department ELSE case_task.department END, role, state, worker,
       offered_at, accepted_at, done_at
FROM filled JOIN case_task ON case_task.case_id = filled.template WHERE is_recent
"""


def build(database: Database, *, closed: int, still_open: int, now: datetime) -> None:
    """Store so many cases that are closed, over 22 months, and so many that are open, of the last days."""
    with database.transaction() as tx:
        import_calendar(tx, built_in_calendar(SHANGHAI), actor="benchmark", now=now)
        ended = [_walk(tx, people.PATHS[CaseState.CLOSED], now - timedelta(days=4 + day)) for day in range(0, DAYS, 3)]
        pending = [
            _walk(tx, people.PATHS[state], now - timedelta(hours=3 + 7 * number))
            for state in OPEN_STATES
            for number in range(20)
        ]
    first = len(ended) + len(pending) + 1
    with _without_indexes(database):
        _fill(database, ended, closed - first + 1, first=first, now=now)
        _fill(database, pending, still_open, first=closed + 1, now=now)


@contextmanager
def _without_indexes(database: Database) -> Iterator[None]:
    """Take the indexes of the cases away while the block fills the table: made at once they cost a fifth."""
    with database.transaction() as tx:
        found = tx.rows("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'city_case'")
        indexes = [row for row in found if not row["indexname"].endswith("_pkey")]
        for row in indexes:
            tx.execute(f"DROP INDEX {row['indexname']}")
    yield
    with database.transaction() as tx:
        tx.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for row in indexes:
            tx.execute(row["indexdef"])


def _walk(tx: Transaction, steps: list[people.Step], start: datetime) -> int:
    said = Report(source="collector", kind=CaseType.CASE, area="990101")
    case_id = acting.report(tx, said, PLACE, actor=people.COLLECTOR, now=start, zone=SHANGHAI)
    for number, (act, actor, details) in enumerate(steps[1:], 1):
        said_then = replace(people.FILING, area="990101") if act is Act.FILE else details
        do(tx, case_id, act, actor, said_then, start + timedelta(minutes=9 * number))
    return case_id


def _fill(database: Database, templates: list[int], count: int, *, first: int, now: datetime) -> None:
    with database.transaction() as tx:
        tx.execute(QUICK)
        tx.execute(
            PICK,
            first=first,
            count=count,
            templates=templates,
            recent=now - timedelta(days=RECENT),
            streets=STREETS,
            districts=DISTRICTS,
            departments=DEPARTMENTS,
        )
        for statement in (CASES, EVENTS, TASKS):
            tx.execute(statement)
