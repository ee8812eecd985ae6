"""What a process has used of the processor."""

import psutil


def cpu_seconds(process: psutil.Process) -> float:
    """Return user and system seconds of one process."""
    times = process.cpu_times()
    return float(times.user + times.system)
