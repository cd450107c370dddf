"""Large attacks that take minutes: only with GUICHET_SLOW=1."""

import contextlib
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import threading
import time

import pytest

from support import people
from support.observe import (
    cpu_seconds,
    descriptors,
    metric,
    resident_bytes,
    wait_for_metric,
    wait_until,
)
from support.raw import RawSocket
from support.wrapped import wrap

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def latencies(live, ticket, until, pause=0.06):
    """Honest calls until a time; returns the durations of the answers, sorted."""
    took = []
    while time.monotonic() < until():
        began = time.monotonic()
        live.message(ticket, f"line {len(took)}")
        took.append(time.monotonic() - began)
        live.raw.clear()
        live.waiting.clear()
        time.sleep(pause)
    return sorted(took)


def test_a_thousand_members_that_never_read(embedded, start_hub, client, lina):
    """200 long messages a second into a room where a thousand members read nothing."""
    bound, total = 256 * 1024, 256 << 20
    hub = start_hub(
        embedded, ["--log", "json"],
        OUTBOUND_BYTES=bound, OUTBOUND_TOTAL_BYTES=total, COMMANDS_PER_SECOND=0,
    )
    ticket = hub.rest(client).create()["id"]
    other = hub.rest(client).create()["id"]
    token = people.token(client)
    members = []
    for _ in range(1000):
        raw = RawSocket(hub.port, token, receive_buffer=4096)
        raw.send_json(type="join", id="j", ticket=ticket)
        members.append(raw)
    author, working = hub.live(lina), hub.live(client)
    before = resident_bytes(hub.process.pid)
    ended = threading.Event()

    def keep_writing():
        for number in range(4000):
            ids = author.send("message", ticket=ticket, body=f"{number} " + "x" * 4000)
            author.answer(ids)
            author.raw.clear()
            author.waiting.clear()
        ended.set()

    thread = threading.Thread(target=keep_writing, daemon=True)
    thread.start()
    deadline = time.monotonic() + 120
    took = latencies(working, other, lambda: 0 if ended.is_set() else deadline)
    assert ended.is_set()
    grown = resident_bytes(hub.process.pid) - before
    p99 = took[int(len(took) * 0.99)]
    print(f"grown by {grown >> 20} MiB, p99 {p99 * 1000:.0f} ms of {len(took)}")
    assert grown < total + (256 << 20)
    assert p99 < 1
    for raw in members:
        raw.close()
    wait_until(lambda: metric(hub, "websockets") <= 2, "an end of the members", 30)


def test_a_flood_of_connections_is_refused_and_forgotten(
    embedded, start_hub, monkeypatch, tmp_path, client
):
    """Thousands of connection attempts over a limit of some hundred."""
    wrap(monkeypatch, tmp_path, "exec prlimit --nofile=1024:1024 HUB")
    hub = start_hub(embedded)
    live = hub.live(client)
    ticket = live.create()["id"]
    before = descriptors(hub.process.pid)
    stop = threading.Event()

    def keep_opening():
        opened = []
        for _ in range(4500):
            with contextlib.suppress(OSError):
                opened.append(socket.create_connection(("127.0.0.1", hub.port), timeout=10))
            if len(opened) > 300:
                opened.pop(0).close()
        for connection in opened:
            connection.close()
        stop.set()

    threads = [threading.Thread(target=keep_opening, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 120
    took = latencies(
        live, ticket, lambda: deadline if any(t.is_alive() for t in threads) else 0
    )
    assert stop.is_set()
    print(f"p99 {took[int(len(took) * 0.99)] * 1000:.0f} ms of {len(took)}")
    assert took[int(len(took) * 0.99)] < 1
    wait_until(lambda: descriptors(hub.process.pid) <= before + 8, "all descriptors", 30)
    wait_for_metric(hub, "connections_refused_total", at_least=100)
    spent = cpu_seconds(hub.process.pid)
    time.sleep(3)  # measures that nothing is done
    assert cpu_seconds(hub.process.pid) - spent < 0.1


def test_ten_thousand_resets(hub_alone, client):
    ticket = hub_alone.rest(client).create()["id"]
    token = people.token(client)
    before = descriptors(hub_alone.process.pid)
    for number in range(10_000):
        if number % 2:
            connection = socket.create_connection(("127.0.0.1", hub_alone.port))
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"[: number % 40])
        else:
            raw = RawSocket(hub_alone.port, token)
            raw.send_json(type="join", id="j", ticket=ticket)
            raw.stream.close()
            connection = raw.socket
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    wait_until(lambda: descriptors(hub_alone.process.pid) <= before + 8, "all descriptors", 30)
    assert hub_alone.live(client).join(ticket)["seq"] == 1


GROUP = pathlib.Path("/sys/fs/cgroup/memory/guichet-test")


@pytest.mark.skipif(
    not os.access(GROUP.parent / "cgroup.procs", os.W_OK), reason="no control group can be made"
)
def test_a_control_group_with_little_memory_ends_queues_and_not_the_hub(
    embedded, start_hub, monkeypatch, tmp_path, client, lina
):
    """Three hundred members that read nothing could hold 300 MiB where 160 MiB are allowed."""
    GROUP.mkdir(exist_ok=True)
    try:
        (GROUP / "memory.limit_in_bytes").write_text(str(160 << 20))
        wrap(monkeypatch, tmp_path, f"echo $$ > {GROUP}/cgroup.procs; exec HUB")
        hub = start_hub(embedded, ["--log", "json"], COMMANDS_PER_SECOND=0)
        ticket, other = (hub.rest(client).create()["id"] for _ in range(2))
        members = []
        for _ in range(300):
            raw = RawSocket(hub.port, people.token(client), receive_buffer=4096)
            raw.send_json(type="join", id="j", ticket=ticket)
            members.append(raw)
        author, working = hub.live(lina), hub.live(client)
        for number in range(400):
            author.message(ticket, f"{number} " + "x" * 12_000)
            author.raw.clear()
            author.waiting.clear()
        working.message(other, "still at work")
        wait_for_metric(hub, "shed_total")
        assert resident_bytes(hub.process.pid) < 160 << 20
        for raw in members:
            raw.close()
        hub.close_clients()
        hub.stop()
    finally:
        wait_until(lambda: not (GROUP / "cgroup.procs").read_text(), "an empty control group")
        GROUP.rmdir()


@contextlib.contextmanager
def cable_pulled(*ports):
    """Drops all packets between two ports of this machine, without an error to either side."""
    rule = ["-i", "lo", "-p", "tcp", "-j", "DROP"]
    rules = [
        [*rule, "--sport", str(a), "--dport", str(b)] for a, b in (ports, reversed(ports))
    ]
    for one in rules:
        subprocess.run(["iptables", "-I", "INPUT", *one], check=True)
    try:
        yield
    finally:
        for one in rules:
            subprocess.run(["iptables", "-D", "INPUT", *one], check=True)


@pytest.mark.skipif(
    not shutil.which("iptables") or os.geteuid() != 0, reason="iptables and root are needed"
)
def test_a_peer_behind_a_pulled_cable_leaves_presence(embedded, start_hub, client, lina):
    hub = start_hub(embedded, ["--log", "json"], HEARTBEAT_SECONDS=1, DEAD_SECONDS=4)
    ticket = hub.rest(client).create()["id"]
    watching = hub.live(lina)
    watching.join(ticket)
    gone = RawSocket(hub.port, people.token(client))
    gone.send_json(type="join", id="j", ticket=ticket)
    watching.wait_for(
        lambda f: f["type"] == "presence" and len(f["present"]) == 2, "both to be present"
    )
    with cable_pulled(gone.socket.getsockname()[1], hub.port):
        watching.message(ticket, "into the void")
        watching.wait_for(
            lambda f: f["type"] == "presence" and len(f["present"]) == 1, "one to be left", 15
        )
        wait_until(lambda: metric(hub, "websockets") == 1, "the end of its socket", 15)
    gone.close()
