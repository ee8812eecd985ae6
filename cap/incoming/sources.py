"""Where warnings of others come from: a feed on the network, or a folder (folder_source.py)."""

import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from cap.errors import FeedUnusable, WarningUnusable
from cap.incoming.feed_entries import addresses_in
from cap.incoming.fetching import Fetcher, shown
from cap.incoming.folder_source import FolderSource
from cap.incoming.seen_messages import Found, Seen


class FeedSource:
    """A feed (Atom or RSS) or a single message. What was fetched is not fetched again: messages never change."""

    def __init__(self, url: str, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = shown(url)
        self._url = url
        self._fetcher = fetcher
        self._seen = Seen(clock)

    def read(self) -> Iterator[Found | FeedUnusable]:
        """Yield what is new, and what failed, one by one. Raises FeedUnusable where the feed itself cannot be read."""
        content = self._fetcher.fetch(self._url)
        try:
            addresses = addresses_in(content, self._url)
        except WarningUnusable as error:
            raise FeedUnusable(f"{self.name} is no feed: {error}") from error
        if addresses == [self._url]:
            yield self._url, content
            return
        for address in addresses:
            if not self._seen.is_due(address):
                continue
            try:
                found = self._fetcher.fetch(address)
            except FeedUnusable as error:
                yield error
                continue
            yield address, found

    def note(self, where: str, *, settled: bool) -> None:
        """A message was kept; one that is not settled comes again later."""
        self._seen.note(where, settled=settled)


Source = FeedSource | FolderSource


def open_source(address: str, hosts: Collection[str]) -> Source:
    """Return a feed by its address, whose messages lie on its own host and on these; else the folder."""
    if address.startswith(("http://", "https://")):
        return FeedSource(address, Fetcher({urlsplit(address).hostname or "", *hosts}))
    return FolderSource(Path(address))
