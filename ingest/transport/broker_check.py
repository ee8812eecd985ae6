"""A look at the broker before the work begins: may anybody take our queue, or a part of what is shared by workers?

Tried, not asked: no broker tells its rules. A session of ours that nobody needs is offered to a visitor.
"""

import logging
import secrets
import ssl
from enum import StrEnum
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any, Self
from urllib.parse import SplitResult, unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from cityops.devices.topics import OURS, SHARED
from ingest import metrics
from ingest.errors import BrokerOpen

logger = logging.getLogger(__name__)

_PATIENCE = 10.0  # seconds for each answer of the broker: one that is busy must not count as one that refuses


class Weakness(StrEnum):
    """What the broker lets others do."""

    CLIENT_ID = "client_id"  # connect under a client id of ours: our queue is theirs
    SHARE = "share"  # join a group of workers: a part of all messages is theirs


_WORDS = {
    Weakness.CLIENT_ID: "the broker lets others connect under a client id of ours, and gives them our queue",
    Weakness.SHARE: "the broker lets others join our groups of workers, whose names are no secret without a password",
}


def check_broker(url: str, visitor_url: str | None, ca_file: Path | None, *, refuse: bool) -> None:
    """Tell what the broker lets others do, in the log and in a metric. Raises BrokerOpen when we refuse to work so.

    `visitor_url` has the account of a device; without it the visitor is a stranger without one.
    """
    found = find_weaknesses(url, visitor_url, ca_file)
    if found is None:
        logger.warning("the broker was not checked: it is not reached", extra={"action": "check_broker"})
        return
    for weakness in Weakness:
        metrics.WEAKNESS.labels(weakness.value).set(weakness in found)
    for weakness in found:
        logger.warning(_WORDS[weakness], extra={"action": "check_broker", "weakness": weakness.value})
    if found and refuse:
        raise BrokerOpen(f"{'; '.join(_WORDS[weakness] for weakness in found)}. {BrokerOpen.__doc__}")


def find_weaknesses(url: str, visitor_url: str | None, ca_file: Path | None) -> list[Weakness] | None:
    """Return what a visitor may do at the broker; None when we are not let in ourselves."""
    ours, visitor = urlsplit(url), _without_account(urlsplit(url)) if visitor_url is None else urlsplit(visitor_url)
    name = f"{OURS}check-{secrets.token_hex(8)}"
    with _Probe(ours, name, ca_file) as session:
        if not session.is_in:
            return None
        with _Probe(visitor, name, ca_file) as thief:
            found = [Weakness.CLIENT_ID] if thief.is_in and session.is_gone() else []
    if not ours.password:
        with _Probe(visitor, f"check-{secrets.token_hex(8)}", ca_file) as member:
            found += [Weakness.SHARE] if member.is_in and member.may_subscribe(f"{SHARED}{name}/{name}") else []
    return found


class _Probe:
    """One short connection."""

    def __init__(self, url: SplitResult, client_id: str, ca_file: Path | None) -> None:
        self._url = url
        self._answered, self._gone, self._subscribed = Event(), Event(), Event()
        self._granted = False
        self.is_in = False
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5, reconnect_on_failure=False
        )
        if url.username:
            self._client.username_pw_set(unquote(url.username), unquote(url.password or ""))
        if url.scheme == "mqtts":
            self._client.tls_set_context(ssl.create_default_context(cafile=ca_file))
        self._client.connect_timeout = _PATIENCE
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = lambda *_: self._gone.set()
        self._client.on_subscribe = self._on_subscribe

    def __enter__(self) -> Self:
        try:
            self._client.connect(self._url.hostname or "", self._url.port or (8883 if self._is_tls else 1883))
        except OSError:
            return self
        self._client.loop_start()
        self._answered.wait(_PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def is_gone(self) -> bool:
        """Whether the broker ends the connection."""
        return self._gone.wait(_PATIENCE)

    def may_subscribe(self, topic_filter: str) -> bool:
        """Whether the broker grants a subscription."""
        self._client.subscribe(topic_filter, qos=1)
        return self._subscribed.wait(_PATIENCE) and self._granted

    @property
    def _is_tls(self) -> bool:
        return self._url.scheme == "mqtts"

    def _on_connect(self, _c: mqtt.Client, _d: Any, _f: Any, code: Any, _p: Any) -> None:
        self.is_in = not code.is_failure
        self._answered.set()

    def _on_subscribe(self, _c: mqtt.Client, _d: Any, _m: int, codes: list[Any], _p: Any) -> None:
        self._granted = not codes[0].is_failure
        self._subscribed.set()


def _without_account(url: SplitResult) -> SplitResult:
    return url._replace(netloc=url.netloc.rpartition("@")[2])
