"""Start children that cannot outlive their parent, whatever kills it.

`python -m cityops.embedded.lifeline` prepares itself and then becomes the program it was given: it asks the
kernel for a signal at the parent's death (Linux; elsewhere only a clean stop ends the child), and, for
programs that refuse to be root, it changes to the user `nobody`. It keeps the one capability that lets
that user walk through root's private folders, so that no permission on disk has to be loosened.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_READ_SEARCH = 2
_CAP_VERSION_3 = 0x20080522


def spawn(
    command: Sequence[str | Path],
    *,
    at_parent_death: signal.Signals,
    log: Path,
    drop_root: bool = False,
    environment: Mapping[str, str] | None = None,
    has_input: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a command tied to this process; its output is appended to `log`. `has_input`: it reads what we write to it.

    Call it from the main thread: the kernel watches the thread that started the child.
    """
    argv = [sys.executable, "-m", __name__, str(os.getpid()), str(int(at_parent_death)), str(int(drop_root))]
    with log.open("ab") as output:
        return subprocess.Popen(
            [*argv, *map(str, command)],
            stdin=subprocess.PIPE if has_input else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environment is None else dict(environment),
            start_new_session=True,  # Ctrl-C reaches the parent alone; it ends the children in order
        )


def stop(process: subprocess.Popen[bytes], *signals: signal.Signals, patience: float = 10) -> None:
    """Ask a process to end with each signal in turn (SIGTERM by default), waiting seconds; then kill it."""
    for number in signals or (signal.SIGTERM,):
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.kill()
        process.wait(patience)


def become(arguments: Sequence[str]) -> None:
    """Turn this process into the command in `arguments` (see spawn for their order). Never returns."""
    parent, death_signal, drop_root, *command = arguments
    if int(drop_root) and os.geteuid() == 0:
        _become_nobody()
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, int(death_signal))
    if os.getppid() != int(parent):  # it died before the kernel knew our wish
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  (becoming the command is the point)


def _become_nobody() -> None:
    import pwd  # noqa: PLC0415  (not on Windows)

    nobody = pwd.getpwnam("nobody")
    if sys.platform == "linux":
        # Without it, access(2) answers as if the capability were not there: initdb would not find its own programs in
        # a private folder. A container may forbid it; then only folders that all may enter will do.
        with suppress(OSError):
            _prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP)
        _prctl(_PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
    if sys.platform == "linux":
        _keep_capability(_CAP_DAC_READ_SEARCH)


def _keep_capability(capability: int) -> None:
    mask = 1 << capability
    header = (ctypes.c_uint32 * 2)(_CAP_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)  # effective, permitted, inheritable; low and high
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(header, data) != 0:
        raise OSError(ctypes.get_errno(), "capset failed")
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability)


def _prctl(option: int, *values: int) -> None:
    arguments = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, *arguments) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}) failed")


if __name__ == "__main__":
    become(sys.argv[1:])
