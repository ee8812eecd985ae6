"""How programs are told to stop: SIGTERM from a supervisor, Ctrl-C from a person, SIGHUP from a lost terminal."""

import signal
import threading
from types import FrameType


def stop_event() -> threading.Event:
    """Return an event that is set by the first of them. Call it from the main thread."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    return stopping
