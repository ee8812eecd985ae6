"""Fetching feeds and messages: from named hosts only, with no redirect, within a time and a size."""

import time
from collections.abc import Collection
from urllib.parse import urljoin, urlsplit

import requests
from lxml import etree

from cap.errors import FeedUnusable
from cap.messages.parsing import MOST_BYTES, local_name, parse_xml

SECONDS = (5.0, 10.0)  # to connect, and between two pieces
LONGEST = 30.0  # for all of it
PIECE = 16_384
MOST_ENTRIES = 100
CAP = "application/cap+xml"


class Fetcher:
    """Fetches from some hosts, and from no other: a feed of somebody else names the addresses of its messages."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no password of this machine
        self._session.headers["User-Agent"] = "cityops-cap"

    def fetch(self, url: str) -> bytes:
        """Return what an address holds. Raises FeedUnusable."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or (parts.hostname or "").lower() not in self._hosts:
            raise FeedUnusable(f"{url[:200]} is of no host that may be asked. {FeedUnusable.__doc__}")
        try:
            with self._session.get(url, timeout=SECONDS, allow_redirects=False, stream=True) as answer:
                if answer.status_code != requests.codes.ok:
                    raise FeedUnusable(f"{url[:200]} answers {answer.status_code}. {FeedUnusable.__doc__}")
                return _read(answer, url)
        except requests.RequestException as error:
            why = type(error).__name__
            raise FeedUnusable(f"{url[:200]} cannot be fetched ({why}). {FeedUnusable.__doc__}") from error


def _read(answer: requests.Response, url: str) -> bytes:
    content, until = bytearray(), time.monotonic() + LONGEST
    for piece in answer.iter_content(PIECE):
        content += piece
        if len(content) > MOST_BYTES or time.monotonic() > until:
            raise FeedUnusable(f"{url[:200]} is too large or too slow. {FeedUnusable.__doc__}")
    return bytes(content)


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
