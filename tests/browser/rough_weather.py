"""A network that goes from bad to worse and back: late, reset, cut for a second or a minute, by a seed."""

import random
import threading
from collections import Counter

from tests.browser.relay import Relay

CALM, LATE, CUT = (4.0, 40.0), (0.05, 1.5), (1.0, 60.0)  # seconds


class RoughWeather:
    """Spoils the ways of some pages, each for itself, in threads of their own until it is told to stop."""

    def __init__(self, relays: list[Relay], *, seed: int, longest_cut: float = CUT[1]) -> None:
        self.seen: Counter[str] = Counter()
        self._over = threading.Event()
        self._longest = longest_cut
        self._threads = [
            threading.Thread(target=self._spoil, args=(relay, random.Random(f"{seed} {place}")), daemon=True)
            for place, relay in enumerate(relays)
        ]

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Have every way as good as new."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _spoil(self, relay: Relay, chance: random.Random) -> None:
        while not self._over.wait(chance.uniform(*CALM)):
            kind = chance.choice(("late", "reset", "cut", "cut"))
            self.seen[kind] += 1
            if kind == "late":
                relay.delay(chance.uniform(*LATE))
                self._over.wait(chance.uniform(5, 30))
                relay.delay(0)
            elif kind == "reset":
                relay.reset()
            else:
                relay.cut()
                self._over.wait(CUT[0] * (self._longest / CUT[0]) ** chance.random())  # short ones are frequent
                relay.mend()
