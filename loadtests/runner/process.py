"""What the kernel knows about a process: CPU time and memory, to the nanosecond and the page."""

import os
import pathlib
from dataclasses import dataclass


@dataclass
class CPU:
    """Seconds of one core, over all threads."""

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
    """Bytes of the process's own resident pages: what it alone costs."""
    own = 0
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(("Private_Dirty:", "Private_Clean:")):
            own += int(line.split()[1]) * 1024
    return own


def pinned(core, command):
    """The command on one core only; without enough cores, wherever there is room."""
    if core is None or core >= (os.cpu_count() or 1):
        return list(map(str, command))
    return ["taskset", "--cpu-list", str(core), *map(str, command)]
