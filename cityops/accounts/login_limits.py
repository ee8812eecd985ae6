"""Rate limits of log-ins: by name and by where the guesses come from, with growing delays.

Each attempt is counted before it is worked on, so that guesses sent together are counted too; an attempt that was
right is taken back. A device that an account has logged in from before has a count of its own, which strangers
cannot raise: they lock out themselves. Names that do not exist are counted like those that do.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from cityops.errors import CityOpsError
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("cityops.storage")

FORGET = timedelta(days=1)  # after the last failure
STRANGERS = "strangers"  # the source that stands for all devices that an account does not know
IPV6_CUSTOMER = 64  # bits: whoever has one address of IPv6 has a whole network of this size


@dataclass(frozen=True, slots=True)
class LoginLimit:
    """How many failures are free, and how long the next ones make wait: doubling from `first` up to `longest`."""

    free: int
    first: timedelta
    longest: timedelta

    def wait_after(self, failures: int) -> timedelta | None:
        """Return how long nobody is listened to after so many failures; None: not at all."""
        beyond = failures - self.free
        return None if beyond < 0 else min(self.longest, self.first * 2 ** min(beyond, 16))


# Five guesses, as GB/T 22239 wants a limit to illegal log-ins; then 30 s, a minute, two, up to half an hour.
OF_SOURCE = LoginLimit(free=5, first=timedelta(seconds=30), longest=timedelta(minutes=30))
# Of all strangers together: guesses from thousands of addresses stay below 1,500 a day for one name.
OF_STRANGERS = LoginLimit(free=50, first=timedelta(seconds=5), longest=timedelta(minutes=1))


class LoginRefused(CityOpsError):
    """Name or password is wrong. Try again."""


class TooManyAttempts(LoginRefused):
    """Too many wrong passwords from here. Wait, then try again."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait

    @property
    def seconds(self) -> int:
        """How many whole seconds to wait; at least one."""
        return max(1, math.ceil(self.wait.total_seconds()))


@dataclass(frozen=True, slots=True)
class LoginSource:
    """Where an attempt comes from: an address, and the device or session where this account is known there."""

    address: str
    device: str | None = None
    session: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether the account has been here before."""
        return self.device is not None or self.session is not None

    @property
    def limits(self) -> list[tuple[str, LoginLimit]]:
        """Return what the attempt is counted against."""
        if self.session is not None:
            return [(f"session {self.session}", OF_SOURCE)]
        if self.device is not None:
            return [(f"device {self.device}", OF_SOURCE)]
        return [(network_of(self.address), OF_SOURCE), (STRANGERS, OF_STRANGERS)]


def network_of(address: str) -> str:
    """Return what one visitor has for sure: an IPv4 address, or the /64 of an IPv6 address. Other texts stay."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, IPV6_CUSTOMER), strict=False))


def count_attempt(tx: Transaction, name: str, source: LoginSource, *, now: datetime) -> None:
    """Count an attempt. Raises TooManyAttempts, and then counts nothing: whoever waits is not made to wait longer."""
    for key, limit in source.limits:
        (row,) = tx.rows(SQL["hold_login_limit"], user_name=name, source=key, now=now, forget=now - FORGET)
        if row["wait_until"] is not None and row["wait_until"] > now:
            raise TooManyAttempts(row["wait_until"] - now)
        failures = row["failures"] + 1
        wait = limit.wait_after(failures)
        until = None if wait is None else now + wait
        tx.execute(SQL["count_login"], user_name=name, source=key, failures=failures, now=now, wait_until=until)


def take_back(tx: Transaction, name: str, source: LoginSource) -> None:
    """Count an attempt no longer: it was not wrong, but not all of it was there."""
    for key, _ in source.limits:
        tx.execute(SQL["take_back_login"], user_name=name, source=key)


def forget_failures(tx: Transaction, name: str, source: LoginSource) -> None:
    """After an attempt that was right: begin anew here. What other strangers did with this name stays counted."""
    for key, _ in source.limits:
        tx.execute(SQL["take_back_login" if key == STRANGERS else "forget_login_limit"], user_name=name, source=key)


def limits_in_force(tx: Transaction, *, now: datetime, most: int = 100) -> list[Row]:
    """Return who has to wait now: user_name, source, failures, failed_at, wait_until (UTC)."""
    return tx.rows(SQL["login_limits_in_force"], now=now, most=most)
