"""Messages that come by two subscriptions: which of them is stored, so that its copy is passed over.

A copy is the same bytes on the same topic. What nobody knows here is stored, twice at worst, which the primary key of
the readings makes harmless: this only saves work, and keeps the ledger from counting one report as two.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

from ingest.messages import Message

Key = bytes  # a digest: a backlog of minutes has hundreds of thousands
MOST_KNOWN = 400_000  # stored messages whose copies have not come, some 80 MB; the oldest are forgotten


def key_of(message: Message) -> Key:
    """Return the digest of what a message says. A retained one tells not when: it is no copy."""
    said = b"%d%s\0%s" % (message.retained, message.topic.encode(), message.payload)  # no topic has a NUL
    return hashlib.blake2b(said, digest_size=16).digest()


class Copies:
    """What is stored of the messages that two subscriptions, 0 and 1, have in common."""

    def __init__(self, most: int = MOST_KNOWN) -> None:
        # How many more were stored that came by 0 (above zero) or by 1 (below). (To find the first key of a dict takes
        # as long as it has had keys before: with a backlog, a quarter of ingest's time.)
        self._ahead: OrderedDict[Key, int] = OrderedDict()
        self._most = most

    def pass_over(self, subscription: int, key: Key) -> bool:
        """Whether a copy that came by the other subscription is stored; it then answers for no further message."""
        step = _step(subscription)
        ahead = self._ahead.get(key, 0)
        if ahead * step >= 0:
            return False
        self._set(key, ahead + step)
        return True

    def note(self, subscription: int, keys: Sequence[Key]) -> None:
        """Remember messages that are stored."""
        for key in keys:
            self._set(key, self._ahead.get(key, 0) + _step(subscription))
        while len(self._ahead) > self._most:
            self._ahead.popitem(last=False)

    def _set(self, key: Key, ahead: int) -> None:
        if ahead:
            self._ahead[key] = ahead
        else:
            self._ahead.pop(key, None)


def _step(subscription: int) -> int:
    return -1 if subscription else 1
