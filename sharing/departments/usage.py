"""Who used what: the reads of departments, summed by the month, and one by one."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("sharing")
READS_AT_ONCE = 200  # of a page of reads


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the city."""

    year: int
    number: int

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return when it begins and when the next one does."""
        first, following = date(self.year, self.number, 1), self.after
        last = date(following.year, following.number, 1)
        return datetime.combine(first, time(), zone), datetime.combine(last, time(), zone)

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
    first = tx.value(SQL["first_share_read"])
    month, last = month_of((first or now).astimezone(zone).date()), month_of(now.astimezone(zone).date())
    found = [month]
    while (found[-1].year, found[-1].number) < (last.year, last.number):
        found.append(found[-1].after)
    return found[::-1]


def usage_of(tx: Transaction, month: Month, zone: ZoneInfo) -> list[Row]:
    """Return a row for each department and set: department, provider, data_set, reads, pushes, rows, last_at (UTC)."""
    start, end = month.span(zone)
    return tx.rows(SQL["share_usage"], start=start, end=end)


def reads_of(
    tx: Transaction, month: Month, zone: ZoneInfo, *, department: str, data_set: str, before: int | None
) -> list[Row]:
    """Return the reads of a set by a department: number, at, request, purpose, way, rows, fields, origin.

    The newest first, at most READS_AT_ONCE, those before the number of one.
    """
    start, end = month.span(zone)
    named = {"department": department, "data_set": data_set}
    return tx.rows(SQL["share_reads"], start=start, end=end, before=before, most=READS_AT_ONCE, **named)
