"""Fetching feeds and messages: from named hosts only, with no redirect, within a time and a size.

Each in a process of its own, which is ended when its time is over: who answers a byte at a time holds up nobody.
"""

from collections.abc import Collection
from urllib.parse import urljoin, urlsplit

import msgspec
import requests
from lxml import etree

from alerts.notify.guarding import guard_connections
from alerts.notify.receivers import is_secretive, read_address
from cap.errors import FeedUnusable
from cap.messages.parsing import MOST_BYTES, local_name, parse_xml
from cityops.operations.bounded_calls import CallFailed, CallTimedOut, run_within

SECONDS = (5.0, 10.0)  # to connect, and between two pieces
LONGEST = 20.0  # for all of it
PIECE = 16_384
MOST_ENTRIES = 100
CAP = "application/cap+xml"


class HostAnswer(msgspec.Struct, frozen=True):
    """What an address holds; or in words why that cannot be told."""

    content: bytes = b""
    problem: str = ""


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


def download(url: str) -> HostAnswer:
    """Ask for an address. Call it in a process of its own: it changes how the whole process connects."""
    refused: list[str] = []
    guard_connections(_may_connect, refused.append)
    headers = {"User-Agent": "cityops-cap", "Accept-Encoding": "identity"}  # what is packed small may be large
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy and no password of this machine
            with session.get(url, headers=headers, timeout=SECONDS, allow_redirects=False, stream=True) as answer:
                if answer.is_redirect:
                    return HostAnswer(problem="leads elsewhere, which is not followed")
                if answer.status_code != requests.codes.ok:
                    return HostAnswer(problem=f"answers {answer.status_code}")
                return _read(answer)
    except requests.RequestException as error:
        why = f"{refused[0]} is asked nothing" if refused else type(error).__name__
        return HostAnswer(problem=f"cannot be fetched ({why})")


def _read(answer: requests.Response) -> HostAnswer:
    content = bytearray()
    for piece in answer.iter_content(PIECE):
        content += piece
        if len(content) > MOST_BYTES:
            return HostAnswer(problem=f"is larger than {MOST_BYTES} bytes")
    return HostAnswer(bytes(content))


def _may_be_asked(url: str, hosts: Collection[str]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and (parts.hostname or "").lower() in hosts
    except ValueError:
        return False


def _may_connect(host: str) -> bool:
    """A host that somebody named may be in our own network, but nowhere where machines tell their secrets."""
    address = read_address(host)
    return address is not None and not is_secretive(address)


def is_message(root: etree._Element) -> bool:
    """Whether a document is a message itself."""
    return local_name(root) == "alert"


def addresses_in(content: bytes, url: str) -> list[str]:
    """Return the addresses of the messages of a feed (Atom or RSS), its own where it is a message.

    Raises WarningUnusable for what is no XML.
    """
    root = parse_xml(content)
    if is_message(root):
        return [url]
    found: list[str] = []
    for element in root.iter():
        if local_name(element) in ("entry", "item"):
            link = _link_of(element)
            if link:
                found.append(urljoin(url, link))
    return list(dict.fromkeys(found))[:MOST_ENTRIES]


def _link_of(entry: etree._Element) -> str:
    """Return the address of the message of an entry: what says that it is one, else its first link."""
    links = [child for child in entry if local_name(child) in ("link", "enclosure")]
    for link in sorted(links, key=lambda one: one.get("type") != CAP):
        address = (link.get("href") or link.get("url") or link.text or "").strip()
        if address:
            return address
    return ""
