"""Public warnings as everybody reads them: pages and feeds. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

ENDS = ("AllClear", "Cancel")
_AUTHORITY = re.compile(r"([A-Za-z0-9._-]+@)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
NOBODY = "cityops.invalid"  # as RFC 2606 keeps it free, for identifiers of a sender that has no domain


@dataclass(frozen=True, slots=True)
class SignedWarning:
    """One message. `texts`: event, headline, description, instruction, sender and areas, by language of CAP."""

    identifier: str
    issuer: str
    sent: datetime
    status: str
    act: str
    severity: int
    expires: datetime
    texts: Mapping[str, Mapping[str, str]]
    is_replaced: bool

    def stands(self, now: datetime) -> bool:
        """Whether it is what is said now of something that is not over."""
        return not self.is_replaced and self.expires > now and self.act not in ENDS

    @property
    def is_exercise(self) -> bool:
        """Whether it is meant for nobody."""
        return self.status != "Actual"

    def said(self, language: str) -> Mapping[str, str]:
        """Return its texts in a language of pages."""
        return self.texts["en" if language == "en" else "zh-CN"]

    def tag(self) -> str:
        """Return what names it for ever in a feed (RFC 4151)."""
        authority = self.issuer if _AUTHORITY.fullmatch(self.issuer) else NOBODY
        return f"tag:{authority},{self.sent:%Y-%m-%d}:{self.identifier}"
