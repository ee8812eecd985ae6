"""What a department asks another for: which sets and fields, what for, of which area, until when. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sharing.errors import ShareUnusable

LONGEST_WORDS = 1000  # characters of a purpose or a reason
LONGEST_GRANT = timedelta(days=366)  # then it is asked for again
MOST_SETS = 100
RULE = "(rule)"  # who decided, where a set needs no condition: the name of no account
_AREA = re.compile(r"[0-9]{0,32}", re.ASCII)


class ShareState(StrEnum):
    """What became of a request."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"  # it was granted


@dataclass(frozen=True, slots=True)
class ShareWish:
    """What is asked for. `area`: a code with all that lies in it, "" the whole city; `fields` by set."""

    department: str
    purpose: str
    fields: Mapping[str, tuple[str, ...]]
    expires_at: datetime
    area: str = ""


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """A request as it stands. `provider` decides; `token_at`: when its token was collected, None: it was not. UTC.

    `stood_in`: who decided did so in place of the provider, which nobody led.
    """

    number: int
    wish: ShareWish
    provider: str
    state: ShareState
    asked_by: str
    asked_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    stood_in: bool = False
    token_by: str = ""
    token_at: datetime | None = field(default=None)

    def is_in_force(self, now: datetime) -> bool:
        """Whether its token opens something."""
        return self.state is ShareState.GRANTED and now < self.wish.expires_at


def check_wish(wish: ShareWish, known: Mapping[str, tuple[str, ...]], *, now: datetime) -> None:
    """Raise ShareUnusable naming what is wrong. `known`: the fields that each set has."""
    problems = {
        "purpose": not 1 <= len(wish.purpose.strip()) <= LONGEST_WORDS,
        "area": _AREA.fullmatch(wish.area) is None,
        "expires_at": not timedelta() < wish.expires_at - now <= LONGEST_GRANT,
        "sets": not 1 <= len(wish.fields) <= MOST_SETS or not set(wish.fields) <= set(known),
        "fields": any(not names or not set(names) <= set(known.get(one, ())) for one, names in wish.fields.items()),
    }
    wrong = next((name for name, is_wrong in problems.items() if is_wrong), None)
    if wrong is not None:
        raise ShareUnusable(wrong)


def check_reason(reason: str) -> None:
    """Raise ShareUnusable where a decision gives no reason."""
    if not 1 <= len(reason.strip()) <= LONGEST_WORDS:
        raise ShareUnusable("reason")
