"""What one kind of screen sees: its picture, numbered, and the texts that every such screen is sent."""

from collections.abc import Mapping
from typing import Any

import msgspec

from cityops import __version__
from dashboard.live.merge_patch import difference

_encoder = msgspec.json.Encoder()


class AreaFeed:
    """The picture for one area. It is serialised once a beat, however many screens watch."""

    def __init__(self, area: str) -> None:
        self.area = area
        self.number = 0
        self.watchers = 0
        self.picture: dict[str, Any] = {}
        self._time = 0
        self._step = ""
        self._whole: tuple[int, str] = (-1, "")

    def show(self, picture: Mapping[str, Any], *, time: int) -> None:
        """Take the next picture. `time` is the server's, in ms."""
        patch = difference(self.picture, picture)
        self.picture = dict(picture)
        self.number += 1
        self._step = _encoder.encode({"number": self.number, "time": time, "patch": patch}).decode()
        self._time = time

    def text_after(self, number: int) -> str:
        """Return what a screen at this number (0: it has nothing) needs: the last step, or everything."""
        if number == self.number - 1 and number > 0:
            return self._step
        if self._whole[0] != self.number:
            whole = {"number": self.number, "time": self._time, "version": __version__, "whole": self.picture}
            self._whole = (self.number, _encoder.encode(whole).decode())
        return self._whole[1]
