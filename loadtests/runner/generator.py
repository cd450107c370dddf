"""Runs processes of the load generator: writes the plan, gives commands, reads answers."""

import json
import os
import pathlib
import queue
import subprocess
import tempfile
import threading
import time

from .process import CPU, cpu_of, pinned
from .servers import ROOT, SECRET

LOAD_CORE = 1
BINARY = ROOT / ".build/release/loadtest"
READY_SECONDS = 300


class LoadFailed(Exception):
    """The load could not run, or the answers were wrong."""


class Generator:
    """One or more processes that share a load; each has a `process` number."""

    def __init__(self, plan, processes=1):
        self.plan = plan
        self.folder = tempfile.TemporaryDirectory(prefix="guichet-plan-")
        self.parts = [self._start(plan | {"process": n}, n) for n in range(processes)]

    def _start(self, plan, number):
        path = pathlib.Path(self.folder.name) / f"{number}.json"
        path.write_text(json.dumps(plan))
        process = subprocess.Popen(
            pinned(LOAD_CORE, [BINARY, path]),
            env=os.environ | {"GUICHET_JWT_SECRET": SECRET},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        lines = queue.Queue()
        threading.Thread(target=self._read, args=(process, lines), daemon=True).start()
        return process, lines

    @staticmethod
    def _read(process, lines):
        for line in process.stdout:
            lines.put(line.rstrip("\n"))
        lines.put("ended")

    def order(self, word):
        for process, _ in self.parts:
            process.stdin.write(word + "\n")
            process.stdin.flush()

    def answers(self, word, seconds=READY_SECONDS):
        """Waits for the next answer of this kind from each process."""
        return [self._answer(lines, word, seconds) for _, lines in self.parts]

    def _answer(self, lines, word, seconds):
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = lines.get(timeout=max(0.1, deadline - time.monotonic()))
            except queue.Empty:
                raise LoadFailed(f"no “{word}” from the generator within {seconds} s") from None
            if line.startswith(word):
                return line[len(word) :].strip()
            if line.startswith(("failed", "ended")):
                raise LoadFailed(f"waiting for “{word}”: {line}")

    def results(self):
        self.order("stop")
        results = [json.loads(text) for text in self.answers("result", 60)]
        self.end()
        return merged(results)

    def end(self):
        for process, _ in self.parts:
            if process.poll() is None:
                process.stdin.close()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            process.stdout.close()
        self.folder.cleanup()


def merged(results):
    """The sum of several processes' results; latencies are added bucket by bucket."""
    total = dict(results[0])
    for other in results[1:]:
        for key, value in other.items():
            if key in ("latency", "connecting"):
                counts = dict(map(tuple, total[key]))
                for bucket, count in value:
                    counts[bucket] = counts.get(bucket, 0) + count
                total[key] = sorted(map(list, counts.items()))
            elif key == "microseconds":
                total[key] = max(total[key], value)
            else:
                total[key] += value
    return total


def percentile(buckets, part):
    """The quantile `part`, in the unit of the buckets; None: no values."""
    total = sum(count for _, count in buckets)
    seen = 0
    for end, count in buckets:
        seen += count
        if seen >= part * total:
            return end
    return None


def presence_seconds(plan):
    """Waits until the hub has sent the presence of a room to all members."""
    return min(2.0, 0.02 + 0.002 * plan.get("members", 1)) + 0.3


def measure(server, plan, seconds, warm_up=0.5, processes=1):
    """One run: connect, warm up, measure a window, check. CPU times are the server's."""
    generator = Generator(plan | {"port": server.port}, processes)
    try:
        generator.answers("ready")
        if not plan.get("isPeer"):
            time.sleep(presence_seconds(plan))
        generator.order("start")
        time.sleep(warm_up)
        before = cpu_of(server.pid)
        generator.order("mark")
        began = time.monotonic()
        time.sleep(seconds)
        after = cpu_of(server.pid)
        wall = time.monotonic() - began
        result = generator.results()
    finally:
        generator.end()
    for fault in ("repeated", "missing", "lost", "failures"):
        if result[fault]:
            raise LoadFailed(f"{server.name}: {result[fault]} {fault}")
    return result | {"cpu": vars(after - before), "wall": wall}


__all__ = ["CPU", "Generator", "LoadFailed", "measure", "percentile"]
