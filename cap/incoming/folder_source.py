"""Warnings of others from a folder of files."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from cap.errors import FeedUnusable
from cap.incoming.seen_messages import Found, Seen
from cap.messages.parsing import MOST_BYTES


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
