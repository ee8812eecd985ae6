"""Where warnings of others come from: a feed on the network, or a folder of files."""

from collections.abc import Iterator
from pathlib import Path

from cap.errors import FeedUnusable, WarningUnusable
from cap.incoming.fetching import Fetcher, addresses_in
from cap.messages.parsing import MOST_BYTES

MOST_SEEN = 10_000
Found = tuple[str, bytes]  # where a message came from, and its bytes


class FeedSource:
    """A feed (Atom or RSS) or a single message. What was fetched is not fetched again: messages never change."""

    def __init__(self, url: str, fetcher: Fetcher) -> None:
        self.name = url
        self._fetcher = fetcher
        self._seen: dict[str, None] = {}

    def read(self) -> Iterator[Found | FeedUnusable]:
        """Yield what is new, and what failed, one by one. Raises FeedUnusable where the feed itself cannot be read."""
        content = self._fetcher.fetch(self.name)
        try:
            addresses = addresses_in(content, self.name)
        except WarningUnusable as error:
            raise FeedUnusable(f"{self.name} is no feed: {error}") from error
        if addresses == [self.name]:
            yield self.name, content
            return
        for address in addresses:
            if address in self._seen:
                continue
            try:
                found = self._fetcher.fetch(address)
            except FeedUnusable as error:
                yield error
                continue
            yield address, found
            self._seen[address] = None  # after it was kept: the caller came back
            while len(self._seen) > MOST_SEEN:
                del self._seen[next(iter(self._seen))]


class FolderSource:
    """A folder into which others put files (.xml)."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._folder = folder
        self._seen: dict[Path, tuple[int, int]] = {}

    def read(self) -> Iterator[Found | FeedUnusable]:
        """Yield what is new or was written anew. Raises FeedUnusable where the folder cannot be read."""
        try:
            files = sorted(self._folder.glob("*.xml"))
            if not self._folder.is_dir():
                raise FeedUnusable(f"{self._folder} is no folder. {FeedUnusable.__doc__}")
        except OSError as error:
            raise FeedUnusable(f"{self._folder} cannot be read ({error.strerror}).") from error
        for path in files:
            try:
                facts = path.stat()
                stamp = facts.st_mtime_ns, facts.st_size
                if self._seen.get(path) == stamp:
                    continue
                with path.open("rb") as file:
                    content = file.read(MOST_BYTES + 1)
            except OSError as error:
                yield FeedUnusable(f"{path} cannot be read ({error.strerror}).")
                continue
            yield path.name, content
            self._seen[path] = stamp


Source = FeedSource | FolderSource
