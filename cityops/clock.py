"""Time with a zone. A naive datetime is refused at the border; everything inside is UTC."""

from datetime import UTC, datetime, timedelta, tzinfo

RIGHT_WITHIN = timedelta(seconds=10)  # so far off the clock of a device counts as right

_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)


def utc_now() -> datetime:
    """Return the present in UTC. Only programs call this; everything below gets `now` as an argument."""
    return datetime.now(UTC)


def check_aware(moment: datetime) -> datetime:
    """Return the moment in UTC; raise ValueError when it has no zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


def has_whole_hours(zone: tzinfo, moment: datetime) -> bool:
    """Return whether the hours of a zone begin with those of UTC then; in India and Nepal they do not."""
    offset = moment.astimezone(zone).utcoffset()
    return offset is not None and offset % _HOUR == timedelta(0)


def microseconds(moment: datetime) -> int:
    """Return a moment as microseconds since 1970 UTC, exactly."""
    since = moment - _1970
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_microseconds(count: int) -> datetime:
    """Return the moment that many microseconds after 1970, in UTC."""
    return _1970 + count * _MICROSECOND
