"""Where warnings of others come from: a feed on the network, or a folder of files."""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from cap.errors import FeedUnusable, WarningUnusable
from cap.incoming.fetching import Fetcher, addresses_in, shown
from cap.messages.parsing import MOST_BYTES

MOST_SEEN = 10_000
AGAIN = 600.0  # seconds: a certificate may have come, or a clock may be right again
Found = tuple[str, bytes]  # where a message came from, and its bytes


class Seen:
    """What was taken of a source. What is settled never comes again; what nobody vouched for is looked at again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: OrderedDict[object, float | None] = OrderedDict()  # when it is looked at again; None: never

    def is_due(self, one: object) -> bool:
        """Whether it is to be looked at."""
        if one not in self._until:
            return True
        until = self._until[one]
        return until is not None and self._clock() >= until

    def note(self, one: object, *, settled: bool) -> None:
        """It was looked at."""
        self._until.pop(one, None)
        self._until[one] = None if settled else self._clock() + AGAIN
        while len(self._until) > MOST_SEEN:
            self._until.popitem(last=False)


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


class FolderSource:
    """A folder into which others put files (.xml)."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = str(folder)
        self._folder = folder
        self._seen = Seen(clock)
        self._stamps: dict[str, tuple[str, int, int]] = {}  # of the files of this look

    def read(self) -> Iterator[Found | FeedUnusable]:
        """Yield what is new or was written anew. Raises FeedUnusable where the folder cannot be read."""
        try:
            files = sorted(self._folder.glob("*.xml"))
            if not self._folder.is_dir():
                raise FeedUnusable(f"{self._folder} is no folder. {FeedUnusable.__doc__}")
        except OSError as error:
            raise FeedUnusable(f"{self._folder} cannot be read ({error.strerror}).") from error
        self._stamps.clear()
        for path in files:
            try:
                facts = path.stat()
                stamp = path.name, facts.st_mtime_ns, facts.st_size
                if not self._seen.is_due(stamp):
                    continue
                with path.open("rb") as file:
                    content = file.read(MOST_BYTES + 1)
            except OSError as error:
                yield FeedUnusable(f"{path} cannot be read ({error.strerror}).")
                continue
            self._stamps[path.name] = stamp
            yield path.name, content

    def note(self, where: str, *, settled: bool) -> None:
        """A file was kept; one that is not settled comes again later."""
        self._seen.note(self._stamps[where], settled=settled)


Source = FeedSource | FolderSource


def open_source(address: str, hosts: Collection[str]) -> Source:
    """Return a feed by its address, whose messages lie on its own host and on these; else the folder."""
    if address.startswith(("http://", "https://")):
        return FeedSource(address, Fetcher({urlsplit(address).hostname or "", *hosts}))
    return FolderSource(Path(address))
