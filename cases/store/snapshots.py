"""A case and what was said with an act, as JSON: what the database keeps, and reads back to the same value."""

from typing import Any

import msgspec

from cases.life.case import Case
from cases.life.deed import Deed
from cases.life.details import Details, details_of
from cases.life.posts import CaseActor, Post
from cases.life.transitions import Act
from cityops.storage import Row


def write_case(case: Case) -> str:
    """Return a case as JSON, always in the same order."""
    return msgspec.json.encode(case, order="deterministic").decode()


def read_case(text: str) -> Case:
    """Return the case that was written."""
    return msgspec.json.decode(text, type=Case)


def write_details(details: Details) -> str:
    """Return what was said as JSON, always in the same order."""
    return msgspec.json.encode(details, order="deterministic").decode()


def read_details(act: Act, text: str | bytes) -> Details:
    """Return what was said with an act. Raises msgspec.ValidationError naming the field."""
    return msgspec.json.decode(text, type=details_of(act))


def read_deed(event: Row) -> Deed:
    """Return an event as the deed that it was, for a replay."""
    act = Act(event["act"])
    actor = CaseActor(event["actor"], Post(event["post"]), event["department"])
    return Deed(act, actor, event["at"], event["reason"], read_details(act, event["data"]))


def plain(value: Any) -> Any:
    """Return a value as JSON has it: what goes into a jsonb parameter."""
    return msgspec.to_builtins(value)
