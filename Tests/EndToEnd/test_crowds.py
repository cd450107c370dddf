"""Attacks at a size that takes minutes: only with GUICHET_SLOW=1 (rows 40, 52, 55)."""

import contextlib
import socket
import struct
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
    """Honest work until the moment: how long each answer took, in order of size."""
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
    """200 long messages a second into a room where a thousand take nothing."""
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
    """Thousands of opens over a limit of some hundred."""
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
    time.sleep(3)
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
