"""The ways to people: each channel is an address of Apprise, such as WeCom, DingTalk, Feishu, e-mail, a webhook."""

from pathlib import Path

from alerts.errors import NotifyError
from alerts.notify.contacts import NotifyChannel, Policy
from alerts.notify.outbox import Receipt
from alerts.notify.sending import Outgoing, deliver, open_url
from cityops.operations.bounded_calls import CallFailed, CallTimedOut, preload, run_within

ANSWER_WITHIN = 20.0  # seconds for the whole exchange with a receiver, however slowly it answers

preload("alerts.notify.sending")


class Channels:
    """All channels of a policy. Raises NotifyError for an address that Apprise does not know."""

    def __init__(self, policy: Policy, *, within: float = ANSWER_WITHIN) -> None:
        self._within = within
        self._channels = {channel.name: channel for channel in policy.channel}
        self._urls = {channel.name: _check(channel) for channel in policy.channel}

    def send(self, channel: str, title: str, body: str, message_id: str = "") -> Receipt:
        """Send a message, and wait for what the channel says, at most ANSWER_WITHIN."""
        if channel not in self._channels:
            return Receipt(delivered=False, words=f"there is no channel {channel} in CITYOPS_NOTIFY_FILE any more")
        outgoing = Outgoing(self._urls[channel], title, body, message_id, self._channels[channel].inner)
        try:
            return run_within(self._within, deliver, outgoing)
        except CallTimedOut as error:
            return Receipt(delivered=False, words=str(error), unanswered=True)
        except CallFailed as error:
            return Receipt(delivered=False, words=str(error))


def _check(channel: NotifyChannel) -> str:
    """Return the address of a channel."""
    address = channel.url or _read(channel)
    if open_url(address) is None:
        raise NotifyError(f"channel {channel.name}: url is no address that Apprise knows. Correct it.")
    return address


def _read(channel: NotifyChannel) -> str:
    try:
        return Path(channel.url_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise NotifyError(
            f"channel {channel.name}: url_file {channel.url_file} cannot be read ({error.strerror}). Correct it."
        ) from error
