"""Reports of a month that is over, of persons who are known by their reporter."""

from datetime import datetime, timedelta

from cityops.storage import Transaction
from tests.unit.cases.calendars import SHANGHAI

OCTOBER = "2026-10"
NOW = datetime(2026, 11, 2, 12, tzinfo=SHANGHAI)
FIRST = datetime(2026, 10, 1, tzinfo=SHANGHAI)


def report(
    tx: Transaction, number: int, area: str, *, reporter: int | None, confidential: bool = False, at: datetime = FIRST
) -> None:
    tx.execute(
        "INSERT INTO citizen_report (day_code, code_hash, channel, kind, category, area_code, address, said, "
        "received_at, confidential, wants_call, reporter_id, ended_at, sender, device) "
        "VALUES ('20261001', sha256(%(number)s::text::bytea), 'web', %(kind)s, 'event/05-06', %(area)s, '', '', "
        "%(at)s, %(confidential)s, false, %(reporter)s, %(ended)s, '', '')",
        number=number, area=area, reporter=reporter, confidential=confidential,
        kind="help" if number % 2 else "complain", at=at, ended=at + timedelta(days=3),
    )  # fmt: skip


def answered(
    tx: Transaction,
    number: int,
    *,
    attempt: int = 1,
    solved: str | None = "solved",
    points: int | None = 5,
    at: datetime = FIRST + timedelta(days=4),
) -> None:
    """Have who sent a report answer a call-back; `solved` None: nobody was reached."""
    tx.execute(
        "SET LOCAL session_replication_role = replica"
    )  # no case and no act of it: only what was said counts here
    tx.execute(
        "INSERT INTO report_call (report_id, attempt, round, at, called_by, channel, reached, solved, satisfaction, "
        "comment, case_event_id) SELECT report_id, %(attempt)s, 1, %(at)s, 'wang', 'phone', %(solved)s IS NOT NULL, "
        "%(solved)s, %(points)s, '', 1000 * %(attempt)s + report_id FROM citizen_report "
        "WHERE code_hash = sha256(%(number)s::text::bytea)",
        number=number, attempt=attempt, solved=solved, points=points, at=at,
    )  # fmt: skip
    tx.execute("SET LOCAL session_replication_role = origin")
