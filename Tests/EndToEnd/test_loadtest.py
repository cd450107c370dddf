"""The load generator against a real hub: it makes the requested load and detects faults."""

import json
import os
import pathlib
import subprocess
import threading

import pytest

from support import people
from support.hub import ROOT

GENERATOR = pathlib.Path(os.environ.get("LOADTEST_BINARY", ROOT / ".build/release/loadtest"))
OPEN_LIMITS = {
    "TYPING_INTERVAL_MS": 0,
    "COMMANDS_PER_SECOND": 0,
    "CONTROL_FRAMES_PER_SECOND": 0,
    "TECHNICIAN_SCOPE": "all",
}


class Generator:
    def __init__(self, folder, **plan):
        assert GENERATOR.exists(), "build it: swift build -c release --product loadtest"
        path = folder / "plan.json"
        path.write_text(json.dumps(plan))
        self.process = subprocess.Popen(
            [GENERATOR, path],
            env=os.environ | {"GUICHET_JWT_SECRET": people.SECRET},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.timer = threading.Timer(60, self.process.kill)
        self.timer.start()

    def order(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def answer(self, word):
        for line in self.process.stdout:
            if line.startswith(word):
                return line[len(word) :].strip()
            assert not line.startswith("failed"), line
        raise AssertionError(f"the generator ended without “{word}”")

    def close(self):
        self.timer.cancel()
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@pytest.fixture
def load(tmp_path):
    started = []

    def start(**plan):
        started.append(Generator(tmp_path, **plan))
        return started[-1]

    yield start
    for generator in started:
        generator.close()


def run(generator):
    """Sends until there are many messages, however slow the machine is."""
    generator.answer("ready")
    generator.order("start")
    try:
        generator.process.wait(1.5)
        raise AssertionError("the generator ended by itself")
    except subprocess.TimeoutExpired:
        pass
    generator.order("stop")
    result = json.loads(generator.answer("result"))
    faults = {name: result[name] for name in ("repeated", "missing", "lost", "failures")}
    assert faults == {"repeated": 0, "missing": 0, "lost": 0, "failures": 0}
    return result


def test_messages_are_all_delivered_and_acknowledged(start_hub, store, load):
    hub = start_hub(store, **OPEN_LIMITS)
    result = run(load(port=hub.port, traffic="message", rooms=3, members=4, inFlight=4))
    assert result["deliveredInAll"] > 0
    assert result["deliveredInAll"] % 4 == 0
    assert sum(count for _, count in result["latency"]) == result["delivered"]


def test_typing_reaches_everybody_but_its_author(start_hub, store, load):
    hub = start_hub(store, **OPEN_LIMITS)
    result = run(load(port=hub.port, traffic="typing", rooms=3, members=4))
    assert result["deliveredInAll"] > 0
    assert result["deliveredInAll"] % 3 == 0
    assert result["acknowledged"] == 0


def test_everybody_comes_back_with_what_they_missed(start_hub, store, load):
    hub = start_hub(store, **OPEN_LIMITS)
    generator = load(port=hub.port, traffic="idle", rooms=5, members=4)
    assert generator.answer("ready").split()[0] == "20"
    generator.order("reconnect")
    assert generator.answer("live").split()[0] == "20"


def test_a_bad_plan_is_refused_with_a_reason(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text('{"port": 1, "rooms": 0}')
    answer = subprocess.run(
        [GENERATOR, path], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30
    )
    assert answer.returncode == 2
    assert "must be 1 or more" in answer.stderr
