"""Whole conversations through a real hub: each turn stored once, in order, by its author."""

import subprocess
import time

import pytest

from support import hub as guichet
from support.conversations import DEMO, LARGE, assert_same, in_file, in_store, over_rest

REPLAY_SECONDS = 300
pytestmark = pytest.mark.timeout(2 * REPLAY_SECONDS)
FILES = [DEMO, *([LARGE] if LARGE.exists() else [])]


def replay(file, hub):
    """Plays the whole file against the hub."""
    ended = guichet.command("replay", file, "--hub", hub.url, timeout=REPLAY_SECONDS)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    return ended.stdout


def start_replay(file, hub, rate):
    """Plays the file at this many messages a second, in the background."""
    return subprocess.Popen(
        [guichet.BINARY, "replay", file, "--hub", hub.url, "--rate", str(rate)],
        env=guichet.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def check(store):
    """The output of `guichet check`, which must find no error."""
    ended = guichet.command("check", "--store", store.uri)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]


@pytest.fixture
def unlimited(store, start_hub):
    """A hub without a rate limit for commands."""
    return start_hub(store, COMMANDS_PER_SECOND=0)


@pytest.mark.parametrize("file", FILES, ids=["demo", "large"][: len(FILES)])
def test_every_turn_is_stored_once_in_order_by_its_author(unlimited, admin, file):
    replay(file, unlimited)
    expected = in_file(file)
    assert_same(in_store(unlimited.store), expected)
    assert_same(over_rest(unlimited.rest(admin)), expected)
    unlimited.close_clients()
    unlimited.stop()
    check(unlimited.store)


def test_a_replay_that_is_run_twice_stores_everything_once(unlimited):
    replay(DEMO, unlimited)
    first = unlimited.store.events()
    replay(DEMO, unlimited)
    assert unlimited.store.events() == first


@pytest.mark.parametrize("share", [0.1, 0.4, 0.8])
def test_a_kill_in_the_middle_loses_and_doubles_nothing(unlimited, share):
    file = FILES[-1]
    expected = in_file(file)
    turns = sum(len(conversation) for conversation in expected.elements())
    # Slow enough that what is left of it outlasts a look into the store of a busy machine.
    seconds = 2 / (1 - share)
    playing = start_replay(file, unlimited, rate=max(20, int(turns / seconds)))
    try:
        wait_for_events(unlimited.store, playing, int(turns * share))
        unlimited.kill()
    finally:
        playing.kill()
        playing.wait()
    after_the_kill = unlimited.store.events()
    unlimited.start()
    replay(file, unlimited)
    assert_same(in_store(unlimited.store), expected)
    now = {(event["ticket"], event["seq"]): event for event in unlimited.store.events()}
    assert all(now[event["ticket"], event["seq"]] == event for event in after_the_kill)
    unlimited.stop()
    check(unlimited.store)


def wait_for_events(store, playing, count):
    """Waits until the store holds that many events. The replay must still be running then."""
    deadline = time.monotonic() + REPLAY_SECONDS
    with store.counting() as events:
        while events() < count:
            assert playing.poll() is None, "the replay ended before it could be interrupted"
            assert time.monotonic() < deadline, "the replay is stuck"
            time.sleep(0.01)


def test_a_replay_to_no_hub_says_so():
    ended = guichet.command("replay", DEMO, "--hub", "http://127.0.0.1:9")
    assert ended.returncode == 2
    assert "no hub answers at 127.0.0.1:9" in ended.stderr
