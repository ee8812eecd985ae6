"""Fetching feeds and messages: from named hosts only, with no redirect, within a time and a size.

Each in a process of its own, which is ended when its time is over: who answers a byte at a time holds up nobody.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from cap.errors import FeedUnusable
from cap.incoming.download import HostAnswer, download
from cityops.operations.bounded_calls import CallFailed, CallTimedOut, run_within

LONGEST = 20.0  # seconds for all of it


class Fetcher:
    """Fetches from some hosts, and from no other: a feed of somebody else names the addresses of its messages."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)

    def fetch(self, url: str) -> bytes:
        """Return what an address holds. Raises FeedUnusable."""
        if not _may_be_asked(url, self._hosts):
            raise FeedUnusable(f"{shown(url)} is of no host that may be asked. {FeedUnusable.__doc__}")
        try:
            answer = run_within(LONGEST, download, url)
        except CallTimedOut:
            answer = HostAnswer(problem=f"is too slow: no whole answer within {LONGEST:g} s")
        except CallFailed as error:
            answer = HostAnswer(problem=f"cannot be fetched ({error})")
        if answer.problem:
            raise FeedUnusable(f"{shown(url)} {answer.problem}. {FeedUnusable.__doc__}")
        return answer.content


def shown(url: str) -> str:
    """Return an address as people read it: what stands behind `?` may be meant for the server alone."""
    return url.partition("?")[0][:200]


def _may_be_asked(url: str, hosts: Collection[str]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and (parts.hostname or "").lower() in hosts
    except ValueError:
        return False
