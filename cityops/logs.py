"""Logs on standard output: one line an event, a short constant message, the facts as key=value.

No event fills a log: of one kind a few lines a minute are written, the rest is counted.
"""

import logging
import sys
from datetime import UTC, datetime

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


MOST = 6  # lines of one kind in PERIOD: progress every ten seconds is written whole
PERIOD = 60.0  # seconds
_KIND = ("action", "job", "program", "rule")  # facts by which two events with the same message differ


class RateLimit(logging.Filter):
    """Lets at most MOST lines of one kind through in PERIOD; the next one says how many were `left_out`.

    A kind is a message of a logger, with what it is about. By the records' own time.
    """

    def __init__(self) -> None:
        super().__init__()
        self._windows: dict[tuple[object, ...], tuple[float, int]] = {}  # kind -> start, lines since

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is written."""
        kind = (record.name, record.levelno, record.msg, *(getattr(record, fact, None) for fact in _KIND))
        start, lines = self._windows.get(kind, (record.created, 0))
        if not 0 <= record.created - start < PERIOD:
            if lines > MOST:
                record.left_out = lines - MOST
            start, lines = record.created, 0
        self._windows[kind] = (start, lines + 1)
        return lines < MOST


class Formatter(logging.Formatter):
    """`2026-11-23T10:00:00.123Z INFO ingest.worker batch stored messages=12`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line; a traceback follows on its own lines."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        facts = "".join(f" {key}={value}" for key, value in vars(record).items() if key not in _STANDARD)
        line = f"{moment} {record.levelname} {record.name} {record.getMessage()}{facts}"
        return line if record.exc_info is None else f"{line}\n{self.formatException(record.exc_info)}"


def log_to_stdout(level: int = logging.INFO) -> None:
    """Send all logs to standard output. Programs call it once, at their start."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Formatter())
    handler.addFilter(RateLimit())
    logging.basicConfig(level=level, handlers=[handler], force=True)
