"""Proposals, messages and warnings of others in words. Pure."""

from dataclasses import dataclass
from datetime import datetime

from cityops.storage import Row


@dataclass(frozen=True, slots=True)
class WarningLine:
    """One proposal or message in words. `number` is what an act names; `severity` 0: it does not say."""

    number: int
    severity: int
    act: str
    headline: str
    description: str
    instruction: str
    by: str
    at: datetime
    expires: datetime | None = None
    is_exercise: bool = False
    state: str = ""
    reason: str = ""


def proposal_line(row: Row, language: str) -> WarningLine:
    """Return what may go out."""
    said = _said(row["texts"], language)
    return WarningLine(
        row["proposal_id"],
        row["severity"],
        row["act"],
        said.get("headline", ""),
        said.get("description", ""),
        said.get("instruction", ""),
        row["decided_by"],
        row["decided_at"] or row["made_at"],
        state=row["state"],
        reason=row["reason"],
    )


def message_line(row: Row, language: str) -> WarningLine:
    """Return one of our messages."""
    said = _said(row["texts"], language)
    return WarningLine(
        row["message_id"],
        row["severity"],
        row["act"],
        said["headline"],
        said["description"],
        said["instruction"],
        row["approved_by"],
        row["sent"],
        row["expires"],
        row["status"] != "Actual",
        reason=row["identifier"],
    )


def received_line(row: Row, language: str) -> WarningLine:
    """Return a warning of others."""
    said = row["texts"][language]
    return WarningLine(
        row["received_id"],
        row["severity"] or 0,
        "",
        said["headline"],
        said["description"],
        said["instruction"],
        said["sender"] or row["sender"],
        row["sent"],
        row["expires"],
        row["status"] != "Actual",
        state="assumed" if row["expires_assumed"] else "",
        reason=said["areas"],
    )


def _said(said: dict[str, dict[str, str]], language: str) -> dict[str, str]:
    return said.get("en" if language == "en" else "zh-CN", {})
