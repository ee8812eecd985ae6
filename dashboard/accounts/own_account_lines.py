"""What an account has: its sessions and passkeys in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from webauthn.helpers import bytes_to_base64url

from cityops.accounts import authentication, own_account
from cityops.accounts.factors import passkeys, second_factor
from cityops.accounts.factors.second_factor import Factors
from cityops.accounts.login_history import LoginHistory, login_history
from cityops.clock import utc_now
from cityops.storage import Row
from dashboard.accounts.browsers import device_words
from dashboard.web.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One open session of a person; times in UTC."""

    number: int
    created_at: datetime
    seen_at: datetime
    origin: str
    device: str  # browser and system, in words
    agent: str  # what the browser calls itself
    is_this: bool  # the one that asks


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """One passkey of a person; times in UTC."""

    number: str
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """What the page tells of an account."""

    sessions: Sequence[SessionLine]
    factors: Factors
    passkeys: Sequence[PasskeyLine]
    history: LoginHistory
    is_external: bool  # an identity provider keeps what opens it


def read_account(here: RequestContext) -> Account:
    """Return what is stored of whoever asks. Raises StorageError."""
    now, name = utc_now(), here.person.name
    with here.site.database.transaction() as tx:
        return Account(
            [_session_line(row, here.person.session) for row in own_account.own_sessions(tx, here.person, now=now)],
            second_factor.factors_of(tx, name),
            [_passkey_line(row) for row in passkeys.passkeys_of(tx, name)],
            login_history(tx, name, now=now),
            bool(tx.value(authentication.SQL["is_external"], user_name=name)),
        )


def _session_line(row: Row, session: int | None) -> SessionLine:
    agent = row["device"] or ""
    return SessionLine(
        row["session_id"],
        row["created_at"],
        row["seen_at"],
        row["origin"],
        device_words(agent),
        agent,
        is_this=row["session_id"] == session,
    )


def _passkey_line(row: Row) -> PasskeyLine:
    return PasskeyLine(bytes_to_base64url(row["credential_id"]), row["name"], row["created_at"], row["used_at"])
