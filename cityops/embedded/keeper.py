"""Runs one program and ends it when it shows no progress: for containers, where nothing else asks for any.

Docker restarts what has ended, and lets live what hangs, however long its health check fails.
"""

import logging
import os
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from threading import Event

from cityops.embedded import lifeline
from cityops.embedded.listener import ProgressListener

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds
HUNG = 1  # the status with which we end then
_LAST_WORD = 25.0  # seconds that a program gets to finish its batch when we are told to stop


def keep(command: Sequence[str], *, silence: float, mark: Path | None, stopping: Event) -> int:
    """Run a program until it ends, or is told to, or is silent for so many seconds; return its status.

    The file `mark` is touched at each sign of progress: its age is what a health check asks for.
    """
    with closing(ProgressListener()) as listener:
        program = subprocess.Popen(command, env=os.environ | listener.environment, start_new_session=True)
        while program.poll() is None:
            if stopping.wait(LOOK_EVERY):
                lifeline.stop(program, patience=_LAST_WORD)
            elif listener.listen():
                if mark is not None:
                    mark.touch()
            elif listener.is_silent(silence):
                logger.error("program hangs, ending it", extra={"action": "restart", "program": " ".join(command)})
                program.kill()
                program.wait()
                return HUNG
    return program.returncode
