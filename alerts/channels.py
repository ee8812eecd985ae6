"""The ways to people: each channel is an address of Apprise, such as WeCom, DingTalk, Feishu, e-mail, a webhook."""

import logging
import threading
import warnings
from pathlib import Path

from alerts.contacts import Channel, Policy
from alerts.errors import NotifyError
from alerts.outbox import Receipt

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # its plugins look for optional modules
    import apprise

    apprise.Apprise.instantiate("json://127.0.0.1")  # loads the plugins now, in one thread

TIMEOUTS = "cto=5&rto=10"  # seconds to connect and to answer


class Channels:
    """All channels of a policy, opened. Raises NotifyError for an address that Apprise does not know."""

    def __init__(self, policy: Policy) -> None:
        self._channels = {channel.name: _open(channel) for channel in policy.channel}

    def send(self, channel: str, title: str, body: str) -> Receipt:
        """Send a message, and wait for what the channel says."""
        if channel not in self._channels:
            return Receipt(delivered=False, words=f"there is no channel {channel} in CITYOPS_NOTIFY_FILE any more")
        with _Listener() as heard:
            text = apprise.NotifyFormat.TEXT
            delivered = bool(self._channels[channel].notify(title=title, body=body, body_format=text))
        return Receipt(delivered, "; ".join(heard.words) or ("sent" if delivered else "no reason given"))


class _Listener(logging.Handler):
    """Hears what Apprise says in this thread: it returns only whether it worked."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.words: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.words.append(record.getMessage())

    def __enter__(self) -> "_Listener":
        logger = logging.getLogger("apprise")
        logger.setLevel(logging.INFO)
        logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)


def _open(channel: Channel) -> apprise.Apprise:
    address = channel.url or _read(channel)
    opened = apprise.Apprise()
    if not opened.add(address + ("&" if "?" in address else "?") + TIMEOUTS):
        raise NotifyError(f"channel {channel.name}: url is no address that Apprise knows. Correct it.")
    return opened


def _read(channel: Channel) -> str:
    try:
        return Path(channel.url_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise NotifyError(
            f"channel {channel.name}: url_file {channel.url_file} cannot be read ({error.strerror}). Correct it."
        ) from error
