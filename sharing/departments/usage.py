"""Who used what: the reads of departments, summed by the month, and one by one as long as each is kept."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cityops.storage import Database, Row, Transaction, load_queries

SQL = load_queries("sharing")
READS_AT_ONCE = 200  # of a page of reads
DAYS_AT_ONCE = 40  # that go in one round: a year of them is gone in half a day


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the city."""

    year: int
    number: int

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return when it begins and when the next one does."""
        return datetime.combine(self.first, time(), zone), datetime.combine(self.after.first, time(), zone)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def after(self) -> "Month":
        """The month after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def __str__(self) -> str:
        """Return it as people and addresses write it: 2026-11."""
        return f"{self.year:04}-{self.number:02}"


def month_of(day: date) -> Month:
    """Return the month of a day."""
    return Month(day.year, day.month)


def read_month(text: str) -> Month | None:
    """Return the month that an address names; None for what is none."""
    year, _, number = text.partition("-")
    if not (text.isascii() and year.isdigit() and number.isdigit() and len(year) == 4):
        return None
    return Month(int(year), int(number)) if int(year) > 0 and 1 <= int(number) <= 12 else None


def months_with_reads(tx: Transaction, zone: ZoneInfo, now: datetime) -> list[Month]:
    """Return the months from the first read until now, the newest first."""
    today = now.astimezone(zone).date()
    first = tx.value(SQL["first_share_read"], zone=zone.key)
    month, last = month_of(first or today), month_of(today)
    found = [month]
    while (found[-1].year, found[-1].number) < (last.year, last.number):
        found.append(found[-1].after)
    return found[::-1]


def usage_of(tx: Transaction, month: Month, zone: ZoneInfo) -> list[Row]:
    """Return a row for each department and set: department, provider, data_set, reads, pushes, rows, last_at (UTC)."""
    start, end = month.span(zone)
    return tx.rows(SQL["share_usage"], start=start, end=end, first=month.first, next=month.after.first)


def days_of(tx: Transaction, month: Month, *, department: str, data_set: str) -> list[Row]:
    """Return the days of whose reads only counts are left, the newest first.

    day, request, purpose, reads, pushes, rows, last_at (UTC).
    """
    named = {"department": department, "data_set": data_set}
    return tx.rows(SQL["share_read_days"], first=month.first, next=month.after.first, **named)


def forget_reads(database: Database, now: datetime, *, age: timedelta, zone: ZoneInfo) -> bool:
    """Count the reads that are older than `age` by the day and let them go: some days a round, a transaction each."""
    for _ in range(DAYS_AT_ONCE):
        with database.transaction() as tx:
            if tx.value(SQL["forget_share_reads"], before=now - age, zone=zone.key) is None:
                return True
    return True


def reads_of(
    tx: Transaction, month: Month, zone: ZoneInfo, *, department: str, data_set: str, before: int | None
) -> list[Row]:
    """Return the reads of a set by a department: number, at, request, purpose, way, rows, fields, origin.

    The newest first, at most READS_AT_ONCE, those before the number of one.
    """
    start, end = month.span(zone)
    named = {"department": department, "data_set": data_set}
    return tx.rows(SQL["share_reads"], start=start, end=end, before=before, most=READS_AT_ONCE, **named)
