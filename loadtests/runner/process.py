"""Reads a process's CPU time (nanoseconds) and memory (pages) from the kernel."""

import os
import pathlib
from dataclasses import dataclass


@dataclass
class CPU:
    """CPU seconds, summed over all threads."""

    total: float
    user: float

    def __sub__(self, earlier):
        return CPU(self.total - earlier.total, self.user - earlier.user)


def cpu_of(pid):
    """utime and stime of stat are the precise run time, split by samples: their sum is good to a
    tick (10 ms), their ratio is an estimate."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    tick = os.sysconf("SC_CLK_TCK")
    user, system = int(fields[11]) / tick, int(fields[12]) / tick
    return CPU(user + system, user)


def memory_of(pid):
    """Bytes of the process's private resident pages."""
    own = 0
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(("Private_Dirty:", "Private_Clean:")):
            own += int(line.split()[1]) * 1024
    return own


def pinned(core, command):
    """The command pinned to one core; not pinned on a machine with too few cores."""
    if core is None or core >= (os.cpu_count() or 1):
        return list(map(str, command))
    return ["taskset", "--cpu-list", str(core), *map(str, command)]
