"""Anchors of the audit chain in a file outside of the database: one line a day, only ever added.

A line is a moment (ISO 8601, UTC), a space, and the anchor as `cityops audit verify` prints it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cityops.audit.anchors import Anchor, AnchorUnreadable, read_anchor
from cityops.errors import CityOpsError
from cityops.storage import Transaction
from cityops.storage.audit import ChainBroken, audit_head, goes_through


class AnchorFileUnusable(CityOpsError):
    """The file of anchors cannot be used. It has one line for each, such as 2026-11-29T16:00:00Z 4711:5f3a…"""


@dataclass(frozen=True, slots=True)
class NotedAnchor:
    """How far the chain went at a moment (UTC)."""

    at: datetime
    anchor: Anchor

    def __str__(self) -> str:
        """Return its line."""
        return f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {self.anchor}"


def read_anchors(path: Path) -> list[NotedAnchor]:
    """Return the anchors of a file in its order; none where there is no file. Raises AnchorFileUnusable."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise AnchorFileUnusable(f"{path} cannot be read. {AnchorFileUnusable.__doc__}") from error
    return [_read_line(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def read_kept_anchors(path: Path) -> list[NotedAnchor]:
    """Return the anchors of a file that must be there and have some. Raises AnchorFileUnusable."""
    found = read_anchors(path)
    if not found:
        raise AnchorFileUnusable(f"{path} has no anchor. {AnchorFileUnusable.__doc__}")
    return found


def anchor_chain(tx: Transaction, path: Path, now: datetime) -> NotedAnchor:
    """Add the end of the chain to a file. Raises AnchorFileUnusable; ChainBroken where it left the last anchor."""
    noted = read_anchors(path)
    if noted and not goes_through(tx, noted[-1].anchor):
        raise ChainBroken(f"The audit chain no longer goes through {noted[-1]}. {ChainBroken.__doc__}")
    head = audit_head(tx)
    if head is None:
        raise ChainBroken(f"The head of the audit chain is gone. {ChainBroken.__doc__}")
    found = NotedAnchor(now, head)
    add_anchor(path, found)
    return found


def add_anchor(path: Path, noted: NotedAnchor) -> None:
    """Add a line, and return when it is on the disk. Raises AnchorFileUnusable."""
    try:
        with path.open("ab") as file:
            file.write(f"{noted}\n".encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AnchorFileUnusable(f"{path} cannot be written ({error.strerror}). Correct the path.") from error


def is_due(noted: Sequence[NotedAnchor], now: datetime) -> bool:
    """Whether no anchor of this day (UTC) is noted yet."""
    return not noted or noted[-1].at.astimezone(UTC).date() < now.astimezone(UTC).date()


def _read_line(path: Path, number: int, line: str) -> NotedAnchor:
    moment, _, text = line.partition(" ")
    try:
        at = datetime.fromisoformat(moment)
        anchor = read_anchor(text)
    except (ValueError, AnchorUnreadable) as error:
        raise AnchorFileUnusable(f"{path}, line {number}: {AnchorFileUnusable.__doc__}") from error
    if at.tzinfo is None:
        raise AnchorFileUnusable(f"{path}, line {number}: {AnchorFileUnusable.__doc__}")
    return NotedAnchor(at, anchor)
