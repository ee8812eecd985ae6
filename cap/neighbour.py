"""The neighbour of a demo's city: a sender with a key of its own, whose warning comes in as anybody's does.

It writes signed messages into a folder, its certificate is pinned in another, and `watch` takes them from there as from
any feed (CITYOPS_CAP_FEEDS, CITYOPS_CAP_SENDERS).
"""

import math
import tomllib
from datetime import datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from cap.chain import ChainAct, ChainStep
from cap.composing import compose
from cap.errors import WarningUnusable
from cap.events import DATA, load_events
from cap.identifiers import identifier_of
from cap.issuer import Issuer
from cap.key_files import CERTIFICATE, DEMO_BITS, KEY, write_pair
from cap.messages.message import CapMessage, Pair
from cap.messages.parsing import parse_xml
from cap.messages.reading import read_message
from cap.messages.signatures import CapSigner
from cap.messages.writing import write_message
from cap.store.receiving import read_outlines
from cap.warning_texts import WarnedPlace, WarningStory
from cityops.catalogue import Names
from cityops.storage import Database

HOME, INBOX, SENDERS = "neighbour", "neighbour-warnings", "cap-senders"  # folders of the demo's data directory
RENEW = timedelta(hours=3)
CORNERS = 72
DECIMALS = 4  # of a degree: some 10 m


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the neighbour says, and who it is."""

    sender: str
    code: str
    event: str
    severity: int
    hours: float
    name: Names
    place: Names
    what: Names
    advice: Names

    @property
    def issuer(self) -> Issuer:
        """Who issues."""
        return Issuer(sender=self.sender, code=self.code, code_source="the simulated neighbour", name=self.name)


@cache
def load_said() -> Said:
    """Return what the neighbour says."""
    return msgspec.convert(tomllib.loads((DATA / "neighbour.toml").read_text(encoding="utf-8")), Said)


def settle(folder: Path, *, now: datetime) -> dict[str, str]:
    """Give the neighbour its folders and its key, the first time; return the settings by which it is believed."""
    for name in (HOME, INBOX, SENDERS):
        (folder / name).mkdir(exist_ok=True)
    sender = load_said().sender
    if not (folder / HOME / KEY).exists():
        write_pair(folder / HOME, sender, now=now, bits=DEMO_BITS)
    (folder / SENDERS / f"{sender}.pem").write_bytes((folder / HOME / CERTIFICATE).read_bytes())
    return {"CITYOPS_CAP_FEEDS": str(folder / INBOX), "CITYOPS_CAP_SENDERS": str(folder / SENDERS)}


def is_settled(folder: Path) -> bool:
    """Whether a demo's data directory has a neighbour."""
    return (folder / HOME / KEY).exists()


class Neighbour:
    """Warns as soon as there is a city, and says so again before it is over."""

    def __init__(self, database: Database, folder: Path, zone: tzinfo) -> None:
        self._database = database
        self._home, self._inbox = folder / HOME, folder / INBOX
        self._zone = zone

    def speak(self, now: datetime) -> bool:
        """Do one round. Raises StorageError, and OSError where its folder cannot be written."""
        last = self._last()
        if last is not None and timedelta(0) <= now - last.sent < RENEW:
            return True
        with self._database.transaction() as tx:
            city = shapely.union_all(list(read_outlines(tx).values()))
        if city.is_empty:
            return True
        message = warn(city, last, now=now, zone=self._zone)
        signer = CapSigner((self._home / KEY).read_text(), (self._home / CERTIFICATE).read_text())
        self._put(message, signer.sign(write_message(message, self._zone)))
        return True

    def _last(self) -> CapMessage | None:
        for path in sorted(self._inbox.glob("*.xml"), reverse=True):
            try:
                return read_message(parse_xml(path.read_bytes()))
            except WarningUnusable:  # somebody else put it there
                continue
        return None

    def _put(self, message: CapMessage, content: bytes) -> None:
        """Nobody sees half a message: it is written under another name."""
        before = list(self._inbox.glob("*.xml"))
        path = self._inbox / f"{message.identifier}.xml"
        path.with_suffix(".new").write_bytes(content)
        path.with_suffix(".new").rename(path)
        for old in before:
            if old != path:
                old.unlink()


def warn(city: BaseGeometry, before: CapMessage | None, *, now: datetime, zone: tzinfo) -> CapMessage:
    """Return the warning, or its update. `city`: its outline, degrees."""
    said, sent = load_said(), now.replace(microsecond=0)
    story = WarningStory(load_events()[said.event], said.place, (said.what,), said.advice, since=sent)
    return compose(
        ChainStep(ChainAct.ALERT if before is None else ChainAct.RENEW, said.severity, frozenset()),
        story,
        [WarnedPlace(HOME, said.place, (bank_of_fog(city),))],
        said.issuer,
        identifier=identifier_of(said.code, sent, 0),
        sent=sent,
        hours=said.hours,
        references=[] if before is None else [before.key],
        is_exercise=True,
        zone=zone,
    )


def bank_of_fog(city: BaseGeometry) -> tuple[Pair, ...]:
    """Return a ring (latitude, longitude) over the east of a city and what lies beyond, as fog comes up a river."""
    west, south, east, north = city.bounds
    middle = (south + 0.52 * (north - south), east - 0.12 * (east - west))
    half = (0.36 * (north - south), 0.22 * (east - west))
    ring = []
    for step in range(CORNERS):
        turn = 2 * math.pi * step / CORNERS
        reach = 1 + 0.10 * math.cos(3 * turn + 0.6) + 0.05 * math.cos(5 * turn)
        ring.append(
            (
                round(middle[0] + half[0] * reach * math.sin(turn), DECIMALS),
                round(middle[1] + half[1] * reach * math.cos(turn), DECIMALS),
            )
        )
    return (*ring, ring[0])
