"""A MongoDB that stops responding: what continues meanwhile, and what the hub reports."""

import os
import signal
import subprocess
import time
import urllib.parse

import pytest

from support import stores
from support.hub import ROOT
from support.live import Refused
from support.observe import Stalls, metric, wait_until

STALL_SECONDS = 4


@pytest.fixture
def mongod(tmp_path):
    """A separate server, because the test freezes it."""
    if not os.environ.get("GUICHET_TEST_MONGODB"):
        pytest.skip("GUICHET_TEST_MONGODB is not set")
    folder = tmp_path / "mongod"
    tool = ROOT / "scripts/mongod"
    started = subprocess.run(
        [tool, "start", folder], capture_output=True, text=True, timeout=120, check=True
    )
    pid = int((folder / "mongod.pid").read_text())
    yield started.stdout.strip(), pid
    os.kill(pid, signal.SIGCONT)
    subprocess.run([tool, "stop", folder], timeout=60, check=True)


def with_timeouts(uri, **options):
    """The URI with options, in milliseconds, of the driver."""
    parts = urllib.parse.urlsplit(uri)
    query = dict(urllib.parse.parse_qsl(parts.query)) | {k: str(v) for k, v in options.items()}
    return parts._replace(query=urllib.parse.urlencode(query)).geturl()


def test_a_frozen_store_freezes_nothing_else(mongod, start_hub, client, lina):
    uri, pid = mongod
    store = stores.MongoDB(with_timeouts(uri, socketTimeoutMS=2000, serverSelectionTimeoutMS=1000))
    hub = start_hub(store, ["--log", "json", "--workers", "1"])
    asking, watching = hub.live(client), hub.live(lina)
    ticket = asking.create()["id"]
    for live in (asking, watching):
        live.join(ticket)
    os.kill(pid, signal.SIGSTOP)
    try:
        under_way = asking.send("message", ticket=ticket, body="into the cold", key="cold")
        reading = asking.send("join", ticket="T-999999")
        pongs = []
        until = time.monotonic() + STALL_SECONDS
        with Stalls() as stalls:
            while time.monotonic() < until:
                began = time.monotonic()
                watching.settle()
                pongs.append(time.monotonic() - began)
                asking.say(ticket, "typing", on=len(pongs) % 2 == 0)
                time.sleep(0.05)
        limit = 0.1 + stalls.allowance
        assert max(pongs) < limit, f"a pong took {max(pongs) * 1000:.0f} ms of {limit * 1000:.0f}"
        assert len(pongs) > 30
        watching.wait("typing", ticket=ticket, on=True)
        assert hub.rest(client).get("/healthz").text == "ok\n"
        asking.settle()
        assert watching.taken_so_far("event") == [], "shown before it was durable"
        assert asking.taken_so_far("ack") == [], "acknowledged before it was durable"
        assert metric(hub, "loop_lag_milliseconds") < 250 + 1000 * stalls.allowance
        stream = hub.rest(lina).get("/api/queue/stream", expect=503, timeout=60)
        assert "Retry-After" in stream.headers
    finally:
        os.kill(pid, signal.SIGCONT)
    refused = outcome(asking, under_way)
    outcome(asking, reading)
    wait_until(lambda: hub.rest(client).get("/readyz", expect=None).status_code == 200, "ready", 30)
    if refused:
        assert refused["code"] == "unavailable"
    last = wait_until(lambda: say_again(asking, ticket), "the store to take it", 30)
    events = watching.events_until(last, ticket)
    assert [event["seq"] for event in events] == list(range(2, last + 1))
    bodies = [event["message"]["body"] for event in events]
    assert bodies == ["into the cold"], "lost or doubled"


def outcome(live, id):
    try:
        live.answer(id)
    except Refused as refused:
        return refused.frame
    return None


def say_again(live, ticket):
    """The seq of the message once it is stored, under its first key."""
    try:
        return live.message(ticket, "into the cold", key="cold")["seq"]
    except Refused as refused:
        assert refused.code == "unavailable"
        time.sleep(0.5)
        return None
