"""A program that imports its modules while its settings are being made: imports are half of the start of a demo.

`python -m cityops.embedded.preloading MODULE VERB …` imports the module, then waits for one line on its standard input,
its environment as JSON, and goes on as `cityops VERB …` in it.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL
from types import TracebackType
from typing import Self

from cityops.embedded import lifeline
from cityops.operations.quick_imports import quick_imports


class Preloaded:
    """A process that has imported `module` for `cityops VERB …`. Leaving the context ends it, unless it was started."""

    def __init__(self, module: str, arguments: Sequence[str], *, log: Path) -> None:
        self._process: subprocess.Popen[bytes] | None = lifeline.spawn(
            [sys.executable, "-m", __name__, module, *arguments],
            at_parent_death=SIGKILL,
            log=log,
            has_input=True,
        )

    def start(self, environment: Mapping[str, str]) -> subprocess.Popen[bytes] | None:
        """Have the program go on in an environment; None where it is not there any more, or was started before."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return None
        with suppress(BrokenPipeError), process.stdin as order:
            order.write(json.dumps(dict(environment)).encode() + b"\n")
        return process if process.poll() is None else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process is not None:
            if self._process.stdin is not None:
                self._process.stdin.close()
            lifeline.stop(self._process, patience=1)


def go_on(module: str, arguments: Sequence[str]) -> None:
    """Import a module, wait for an environment, and run a verb in it; nothing where nobody gives one."""
    with quick_imports():
        importlib.import_module(module)
    order = sys.stdin.buffer.readline()
    if not order:
        return
    os.environ.clear()
    os.environ.update(json.loads(order))
    from cityops.command_line import main  # noqa: PLC0415  (nothing reads the environment before it is there)

    sys.argv = ["cityops", *arguments]
    main()


if __name__ == "__main__":
    go_on(sys.argv[1], sys.argv[2:])
