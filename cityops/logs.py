"""Logs on standard output: one line an event, a short constant message, the facts as key=value."""

import logging
import sys
from datetime import UTC, datetime

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


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
    logging.basicConfig(level=level, handlers=[handler], force=True)
