"""An operator's view of a hub: its metrics, its log, and the kernel's data about the process."""

import contextlib
import json
import os
import re
import threading
import time

import requests

from support import people

WAIT_SECONDS = 10
OPERATOR = people.admin("Operator")
SAMPLE = re.compile(r"^guichet_(\w+)(?:\{([^}]*)\})? (\S+)$", re.MULTILINE)


def wait_until(holds, what, seconds=WAIT_SECONDS):
    """Repeats a call until its result is true, and returns the result."""
    deadline = time.monotonic() + seconds
    while True:
        answer = holds()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def wait_until_steady(read, what, seconds=WAIT_SECONDS):
    """Repeats a reading until it is above zero and equal three times, half a second apart."""
    deadline = time.monotonic() + seconds
    readings = []
    while len(readings) < 3 or readings[-1] <= 0 or len(set(readings[-3:])) > 1:
        assert time.monotonic() < deadline, f"waited in vain for steady {what}: {readings[-3:]}"
        readings.append(read())
        time.sleep(0.5)
    return readings[-1]


class Stalls:
    """How late the machine wakes a thread, at most, while the block runs. A test that limits the
    time of an answer allows for it: what other programs take from the hub is no fault of the hub."""

    #: The threads that must wake for one answer: the hub's worker, its journal, the worker again,
    #: and the test.
    WAKES = 4

    def __enter__(self):
        self.worst_seconds = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._measure, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    @property
    def allowance(self):
        """Seconds to add to the limit of one answer."""
        return self.WAKES * self.worst_seconds

    def _measure(self):
        pause = 0.005
        while not self._stop.is_set():
            began = time.monotonic()
            time.sleep(pause)
            self.worst_seconds = max(self.worst_seconds, time.monotonic() - began - pause)


def metrics(hub):
    """Every sample: name, or name{labels}, to number."""
    return samples(metrics_page(hub).text)


def metrics_page(hub):
    """The answer to an administrator."""
    # Tests move the clock by days.
    headers = {"Authorization": f"Bearer {people.token(OPERATOR, ttl=30 * 86_400)}"}
    return requests.get(f"{hub.url}/metrics", headers=headers, timeout=10)


def samples(page):
    return {
        name + (f"{{{labels}}}" if labels else ""): float(value)
        for name, labels, value in SAMPLE.findall(page)
    }


def metric(hub, name):
    return metrics(hub).get(name, 0)


def wait_for_metric(hub, name, at_least=1, seconds=WAIT_SECONDS):
    return wait_until(
        lambda: metric(hub, name) >= at_least, f"{name} of {at_least} or more", seconds
    )


def log_lines(hub):
    """The lines of a hub that logs JSON; a line that is still being written is left out."""
    lines = []
    for line in hub.log_file.read_text(errors="replace").splitlines():
        with contextlib.suppress(json.JSONDecodeError):
            lines.append(json.loads(line))
    return lines


def wait_for_line(hub, ev, seconds=WAIT_SECONDS, **fields):
    """The first log line of this event with these fields."""

    def find():
        return next(
            (
                line
                for line in log_lines(hub)
                if line["ev"] == ev and all(line.get(k) == v for k, v in fields.items())
            ),
            None,
        )

    return wait_until(find, f"a log line {ev} {fields}", seconds)


def cpu_seconds(pid):
    """User and system time of the process so far."""
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid):
    status = open(f"/proc/{pid}/status").read()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))
