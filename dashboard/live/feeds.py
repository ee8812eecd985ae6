"""What one kind of screen sees: its picture, numbered, and the texts that every such screen is sent."""

from collections import deque
from collections.abc import Mapping
from typing import Any

import msgspec

from cityops import __version__
from dashboard.live.merge_patch import difference

KEPT = 16  # steps: a screen that is so far behind is sent what it lacks, one that is further everything
_encoder = msgspec.json.Encoder()


class AreaFeed:
    """The picture for one area. It is serialised once a beat, however many screens watch."""

    def __init__(self, area: str) -> None:
        self.area = area
        self.number = 0
        self.watchers = 0
        self.board_number = 0  # the version of the board (AlertBoard) that its picture has
        self.picture: dict[str, Any] = {}
        self._time = 0
        self._steps: deque[str] = deque(maxlen=KEPT)  # the newest last
        self._whole: tuple[int, str] = (-1, "")

    def show(self, picture: Mapping[str, Any], *, time: int) -> None:
        """Take the next picture. `time` is the server's, in ms."""
        patch = difference(self.picture, picture)
        self.picture = dict(picture)
        self.number += 1
        self._steps.append(_encoder.encode({"number": self.number, "time": time, "patch": patch}).decode())
        self._time = time

    def text_after(self, number: int) -> tuple[int, str]:
        """Return number and text of what a screen at this number (0: it has nothing) needs: a step, or everything."""
        lacking = self.number - number
        if number > 0 and lacking <= len(self._steps):
            return number + 1, self._steps[-lacking]
        if self._whole[0] != self.number:
            whole = {"number": self.number, "time": self._time, "version": __version__, "whole": self.picture}
            self._whole = (self.number, _encoder.encode(whole).decode())
        return self._whole
