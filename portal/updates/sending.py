"""The thread that hears of commits and tells the broker what is new of open series.

It has a connection of its own to the database, in the portal's role, and asks for nothing that a visitor could not
have. While the broker is slow or away it waits, and of what came meanwhile the newest is told.
"""

import logging
import ssl
import threading
import time
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from cityops.clock import utc_now
from cityops.errors import SettingError
from cityops.settings import PREFIX, Settings
from cityops.storage import Database, StorageError
from cityops.storage.changes import EVERYTHING, NOTHING, ChangedRows, read_notices
from cityops.storage.listener import ChangeListener
from portal.metrics import UPDATES, UPDATES_LEFT_OUT
from portal.sensorthings.answers import BASE
from portal.updates.finding import Found, Message, NewReadings

logger = logging.getLogger(__name__)
PATIENCE = 1.0  # seconds that the thread listens at a time, and waits where there is nothing to hear
LOOK_EVERY = 30.0  # seconds after which all series are looked at: a pooler may keep notices to itself
ACKNOWLEDGED_WITHIN = 10.0  # seconds
IN_FLIGHT = 100


def open_sender(settings: Settings) -> "UpdateSender | None":
    """Return what sends, not started; None where no broker is named. Raises SettingError."""
    if settings.open_mqtt_url is None:
        return None
    if not settings.portal_address:
        raise SettingError(
            f"{PREFIX}OPEN_MQTT_URL is set and {PREFIX}PORTAL_ADDRESS is not: links in messages have to begin with it. "
            "Set it to the address under which people open the portal, such as https://city.example."
        )
    return UpdateSender(settings, base=f"{settings.portal_address.rstrip('/')}{BASE}")


class UpdateSender:
    """Sends from `start` to `stop`."""

    def __init__(self, settings: Settings, *, base: str) -> None:
        self._database = Database(settings.require_database_url(), application="portal updates", keep=1)
        self._listener = ChangeListener(self._database)
        self._client = _make_client(settings)
        self._new = NewReadings(base, since=utc_now())
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="updates", daemon=True)
        self._trouble = ""  # the last that was said

    def start(self) -> None:
        """Begin. A broker that is away is tried again for ever."""
        self._client.loop_start()
        self._thread.start()

    def stop(self) -> None:
        """Send nothing more; it ends within some seconds."""
        self._stopping.set()
        self._thread.join(PATIENCE + ACKNOWLEDGED_WITHIN)
        self._client.disconnect()
        self._client.loop_stop()
        self._database.close()

    def _run(self) -> None:
        changed, looked_at = NOTHING, time.monotonic()
        while not self._stopping.is_set():
            try:
                changed |= read_notices(self._listener.hear(PATIENCE))
                if time.monotonic() - looked_at >= LOOK_EVERY:
                    changed, looked_at = EVERYTHING, time.monotonic()
                if changed.everything or changed.series:
                    found = self._look(changed)
                    changed = ChangedRows(series=found.rest)
                    self._send(found)
            except StorageError as error:
                self._note(str(error))
                changed = EVERYTHING
                self._stopping.wait(PATIENCE)
        self._listener.close()

    def _look(self, changed: ChangedRows) -> Found:
        with self._database.transaction() as tx:
            return self._new.look(tx, None if changed.everything else changed.series, now=utc_now())

    def _send(self, found: Found) -> None:
        if found.left_out:
            UPDATES_LEFT_OUT.inc(found.left_out)
            self._note("More is new than can be told: of some series the newest alone.")
        if not self._client.is_connected():
            self._note("The broker of open data does not answer; what comes meanwhile is not told.")
        elif found.messages and not self._publish(found.messages):
            self._note("The broker of open data is slow; what comes meanwhile waits, and then the newest is told.")
        elif not found.left_out:
            self._note("")

    def _publish(self, messages: Sequence[Message]) -> bool:
        """Hand messages over; return whether the last one was acknowledged in time."""
        sent = [self._client.publish(topic, payload, qos=1) for topic, payload in messages]
        UPDATES.inc(len(sent))
        try:
            sent[-1].wait_for_publish(ACKNOWLEDGED_WITHIN)
        except (RuntimeError, ValueError):  # the connection went meanwhile; paho sends again when it is back
            return False
        return sent[-1].is_published()

    def _note(self, trouble: str) -> None:
        """Say a trouble once, and once that it is over."""
        if trouble and trouble != self._trouble:
            logger.warning("updates of open data", extra={"action": "updates", "reason": trouble})
        elif self._trouble and not trouble:
            logger.info("updates of open data again", extra={"action": "updates"})
        self._trouble = trouble


def _make_client(settings: Settings) -> mqtt.Client:
    url = urlsplit(settings.find_open_mqtt_url())
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id="cityops-open-data", protocol=MQTTProtocolVersion.MQTTv5
    )
    if url.username:
        client.username_pw_set(unquote(url.username), unquote(url.password or ""))
    if url.scheme == "mqtts":
        client.tls_set_context(ssl.create_default_context(cafile=settings.mqtt_ca_file))
    client.max_inflight_messages_set(IN_FLIGHT)
    client.reconnect_delay_set(1, 30)
    client.connect_async(url.hostname or "localhost", url.port or (8883 if url.scheme == "mqtts" else 1883))
    return client
