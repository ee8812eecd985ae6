"""Calls to others that end in time, whatever the other side does.

A time limit of a socket is one for each read: whoever answers a byte at a time never reaches it. So the whole exchange
runs in a process of its own, which is killed at the end of its time. It is forked from a helper that has loaded what
it needs, within some milliseconds, and what it changes in its libraries, or breaks, ends with it.
"""

import multiprocessing
import resource
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from cityops.errors import CityOpsError

P = ParamSpec("P")
T = TypeVar("T")

STARTING = 60.0  # seconds that a busy machine is given to start the process
MOST_MEMORY = 512 * 1024 * 1024  # bytes that an answer may use

_context = multiprocessing.get_context("forkserver")
_preloaded: list[str] = ["__main__"]


class CallTimedOut(CityOpsError):
    """There was no whole answer in time, and nobody knows what the other side did with what it was sent."""


class CallFailed(CityOpsError):
    """The call broke."""


def preload(module: str) -> None:
    """Have the helper load a module before the first call, so that no call waits for it."""
    _preloaded.append(module)
    _context.set_forkserver_preload(_preloaded)


def run_within(seconds: float, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Return what a function returns, run in a process of its own that ends after so many seconds at the latest.

    Function, arguments and result go from process to process: functions of a module and plain values.
    Raises CallTimedOut; CallFailed with the words of whatever the function raised.
    """
    receiving, sending = _context.Pipe(duplex=False)
    process = _context.Process(target=_call, args=(sending, seconds, function, arguments, named), daemon=True)
    with receiving:
        process.start()
        sending.close()
        try:
            answer: T = _answer(receiving, seconds)
            return answer
        finally:
            process.kill()
            process.join()
            process.close()


def _answer(receiving: Connection, seconds: float) -> Any:
    try:
        if not receiving.poll(STARTING):
            raise CallFailed("The machine is too busy to start a process. Free some of it.")
        receiving.recv()
        if not receiving.poll(seconds):
            raise CallTimedOut(f"no answer within {seconds:g} s")
        returned, value = receiving.recv()
    except EOFError as error:
        raise CallFailed("the process that called ended without an answer") from error
    if not returned:
        raise CallFailed(value)
    return value


def _call(
    sending: Connection, seconds: float, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
) -> None:
    """Call and answer, in the process of its own. Its end does not hang on whoever started it: that may be killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    sending.send(None)
    try:
        result = True, function(*arguments, **named)
    except Exception as error:  # noqa: BLE001  (whatever it is: told to who asked)
        result = False, f"{type(error).__name__}: {error}"
    sending.send(result)
