"""What was done with a case, in words. Pure."""

import json
from dataclasses import dataclass
from datetime import datetime

from cases.life.transitions import Act
from cityops.storage import Row
from dashboard.cases.words import CaseWords
from dashboard.pages.cases.loop_line import is_move


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event in words."""

    at: datetime
    act: str
    word: str
    who: str
    post: str
    reason: str
    to_state: str
    is_comment: bool
    photos: list[str]


def history_line(event: Row, words: CaseWords) -> HistoryLine:
    """Return one event in words."""
    said = json.loads(event["data"])
    department = words.department(event["department"]) if event["department"] else ""
    post = words.say(f"case_post.{event['post']}")
    return HistoryLine(
        event["at"],
        event["act"],
        words.say(f"case_act.{event['act']}"),
        event["actor"],
        " ".join(part for part in (department, post) if part),
        event["reason"],
        words.say(f"case_state.{event['to_state']}") if is_move(event) else "",
        event["act"] == Act.COMMENT,
        list(said.get("photos", ())),
    )
