"""Describes the machine and the commit of a run."""

import datetime
import os
import pathlib
import platform
import subprocess

from .servers import ROOT


def git(*words):
    answer = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    return answer.stdout.strip()


def run_name():
    return f"{datetime.date.today().isoformat()}-{git('rev-parse', '--short', 'HEAD') or 'tree'}"


def description():
    model = "unknown"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return {
        "commit": git("describe", "--always", "--dirty"),
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "cpu": f"{model}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GiB",
        "kernel": platform.release(),
        "load": " ".join(f"{value:.2f}" for value in os.getloadavg()),
    }
