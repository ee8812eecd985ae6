"""Logs on standard output: one line an event, a short constant message, the facts as key=value.

No event fills a log: of one kind a few lines a minute are written, the rest is counted. What others said may stand in a
fact, so none of it begins a line, moves the cursor of a terminal or is longer than LONGEST_FACT.
"""

import logging
import re
import sys
from collections import OrderedDict
from datetime import UTC, datetime

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


MOST = 6  # lines of one kind in PERIOD: progress every ten seconds is written whole
PERIOD = 60.0  # seconds
MOST_KINDS = 1000  # remembered; more are no kinds but names that somebody makes up
LONGEST_FACT = 500  # characters
LONGEST_MESSAGE = 4000
_KIND = ("action", "job", "program", "rule")  # facts by which two events with the same message differ


# Control characters, and those by which a text turns its direction or hides a part.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def plain(value: object, longest: int = LONGEST_MESSAGE) -> str:
    """Return a value as it stands in one line of a log or a terminal: escaped where it would act, and cut."""
    text = str(value)
    cut = text if len(text) <= longest else f"{text[:longest]}…"
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), cut)


class RateLimit(logging.Filter):
    """Lets at most MOST lines of one kind through in PERIOD; the next one says how many were `left_out`.

    A kind is a message of a logger, with what it is about. By the records' own time.
    """

    def __init__(self) -> None:
        super().__init__()
        # kind -> start, lines since
        self._windows: OrderedDict[tuple[object, ...], tuple[float, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is written."""
        kind = (record.name, record.levelno, record.msg, *(getattr(record, fact, None) for fact in _KIND))
        start, lines = self._windows.get(kind, (record.created, 0))
        if not 0 <= record.created - start < PERIOD:
            if lines > MOST:
                record.left_out = lines - MOST
            start, lines = record.created, 0
        if len(self._windows) >= MOST_KINDS and kind not in self._windows:
            self._windows.popitem(last=False)  # the one that was first seen
        self._windows[kind] = (start, lines + 1)
        return lines < MOST


class Formatter(logging.Formatter):
    """`2026-11-23T10:00:00.123Z INFO ingest.worker batch stored messages=12`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line; a traceback follows on its own lines."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        facts = "".join(
            f" {key}={plain(value, LONGEST_FACT)}" for key, value in vars(record).items() if key not in _STANDARD
        )
        line = f"{moment} {record.levelname} {record.name} {plain(record.getMessage(), LONGEST_MESSAGE)}{facts}"
        if record.exc_info is None:
            return line
        # Indented: no line of a traceback, and of what it quotes, looks like an event.
        return "\n".join([line, *("  " + plain(one) for one in self.formatException(record.exc_info).split("\n"))])


def log_to_stdout(level: int = logging.INFO) -> None:
    """Send all logs to standard output. Programs call it once, at their start."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Formatter())
    handler.addFilter(RateLimit())
    logging.basicConfig(level=level, handlers=[handler], force=True)
