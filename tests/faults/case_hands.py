"""`python -m tests.faults.case_hands URL SHARED FOLDER`: hands that act on cases over HTTP, until they are killed.

Each hand notes what it sends before it sends it, and the answer when it has it. One that starts again reads its notes
and sends what was not answered again with the same key, as the outbox of a browser does: so the notes of all hands say
exactly which acts must be stored.
"""

import hashlib
import json
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tests.browser.case_city import PIXEL

HANDS = 4
PAUSE = 0.2  # seconds before what got no answer is sent again
PATIENCE = 20.0  # seconds
REPORT = {"area": "990101", "category": "event/01-10", "description": "垃圾堆", "source": "collector"}
SHARED = "comment"  # on a case that all hands write to: of two at once one wins
WAY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("he", "report", {}),
    ("zhou", "file", {"standard": "event/01-10.1"}),
    ("pan", "dispatch", {"lead": "water-affairs", "helpers": ["drainage"]}),
    ("gao", "accept", {}),
    ("shen", SHARED, {}),
    ("luo", "accept_help", {}),
    ("luo", "finish_help", {}),
    ("gao", "photos", {}),
    ("gao", "handle", {"photos": [hashlib.sha256(PIXEL).hexdigest()]}),
    ("shen", "ask_check", {"collector": "jin"}),
    ("pan", SHARED, {}),
    ("jin", "pass", {}),
    ("wu", "close", {"stages_met": 1}),
)
NO_ACT = ("photos",)
STOP = "stop"


@dataclass
class Notes:
    """What a hand has sent, in order, and the answers: at most one is missing, the last."""

    path: Path
    asked: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> "Notes":
        """Return the notes of a hand; nothing where it has not begun."""
        notes = cls(path)
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            said = json.loads(line)
            (notes.answers if "status" in said else notes.asked).append(said)
        return notes

    def ask(self, said: dict[str, Any]) -> None:
        """Note what is about to be sent."""
        self.asked.append(said)
        self._write(said)

    def answer(self, said: dict[str, Any]) -> None:
        """Note what was answered."""
        self.answers.append(said)
        self._write(said)

    @property
    def done(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """The acts that were answered with success, each with its answer, in order."""
        pairs = zip(self.asked, self.answers, strict=False)
        return [(asked, one) for asked, one in pairs if one["status"] == HTTPStatus.OK and asked["act"] not in NO_ACT]

    @property
    def lost_races(self) -> int:
        """How often somebody else was first."""
        return sum(answer["body"].get("error") == "lost_race" for answer in self.answers)

    @property
    def tries(self) -> int:
        """How often something was sent that had been sent before."""
        return sum(answer["tries"] - 1 for answer in self.answers)

    def _write(self, said: dict[str, Any]) -> None:
        with self.path.open("ab", buffering=0) as file:  # one system call: a kill leaves the whole line or nothing
            file.write(json.dumps(said).encode() + b"\n")


class Hand:
    """Takes one case after the other from its report to its end."""

    def __init__(self, url: str, shared: int, notes: Notes) -> None:
        self._client = httpx.Client(timeout=PATIENCE)
        self._cases, self._shared, self._notes = f"{url}/api/v1/cases", shared, notes

    def work(self) -> None:
        """Act from where the notes end, until there is a file STOP and all that was sent is answered."""
        for number in count(len(self._notes.answers)):
            if number == len(self._notes.asked):
                if self._notes.path.with_name(STOP).exists():
                    return
                self._notes.ask(self._next(number))
            self._notes.answer(self._send(self._notes.asked[number]))

    def _next(self, number: int) -> dict[str, Any]:
        """Return what comes next: where it stands in the way follows from how much was done."""
        step = number % len(WAY)
        who, act, details = WAY[step]
        named = {"key": str(uuid.uuid4()), "who": who, "act": act}
        if act == "report":
            return {**named, "path": "", "body": REPORT}
        mine = [answer["body"] for answer in self._notes.answers[number - step :]]
        case_id = mine[0]["id"]
        if act in NO_ACT:
            return {**named, "path": f"/{case_id}/{act}", "body": None}
        version = next(one["version"] for one in reversed(mine) if one.get("id") == case_id)
        if act == SHARED:
            case_id, version = self._shared, self._seen(who)
        return {
            **named,
            "path": f"/{case_id}/{act}",
            "body": {"version": version, "reason": "按规定办理", "details": details},
        }

    def _seen(self, who: str) -> int:
        """Return the version of the shared case as somebody sees it."""
        asked = {"who": who, "path": f"/{self._shared}", "key": "", "body": None}
        return int(self._send(asked, method="GET")["body"]["version"])

    def _send(self, asked: dict[str, Any], method: str = "POST") -> dict[str, Any]:
        """Send something until it is answered; a lost server and a lost database are no answer."""
        headers = {"cookie": f"cityops_session=token-of-{asked['who']}"}
        if asked["key"]:
            headers["Idempotency-Key"] = asked["key"]
        said: dict[str, Any] = {"json": asked["body"]} if asked["body"] is not None else {}
        if asked.get("act") in NO_ACT:
            said = {"content": PIXEL}
        for tries in count(1):
            try:
                answer = self._client.request(method, self._cases + asked["path"], headers=headers, **said)
                if answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                    return {"status": answer.status_code, "body": answer.json(), "tries": tries}
            except httpx.TransportError:
                pass  # it is sent again, by the same key
            time.sleep(PAUSE)
        raise AssertionError("unreachable")


def main(url: str, shared: str, folder: str) -> None:
    """Set all hands to work."""
    notes = [Notes.read(Path(folder) / f"hand-{number}.jsonl") for number in range(HANDS)]
    threads = [threading.Thread(target=Hand(url, int(shared), one).work, daemon=True) for one in notes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
