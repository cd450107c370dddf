"""Incomplete bodies: how much of them the hub holds, for whom, and what it drops first."""

import socket

import requests

from support import people
from support.observe import resident_bytes, wait_for_line
from support.raw import CLOSE, MASK, RawSocket

MEBIBYTE = 1 << 20
MEMORY = 300_000_000


def healthy(hub):
    return requests.get(f"{hub.url}/healthz", timeout=10).status_code == 200


def test_strangers_with_a_mebibyte_each_are_answered_and_cost_little_memory(
    embedded, start_hub, client
):
    hub = start_hub(embedded, ["--log", "json"], MEMORY_BYTES=MEMORY)
    working = hub.live(client)
    before = resident_bytes(hub.process.pid)
    body = b"x" * (MEBIBYTE - 1)
    strangers = []
    for number in range(300):
        line = (b"POST /x", b"GET /", b"POST /api/tickets", b"PATCH /api/tickets")[number % 4]
        connection = socket.create_connection(("127.0.0.1", hub.port), timeout=20)
        head = b" HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % MEBIBYTE
        connection.sendall(line + head + body)
        strangers.append(connection)
    assert resident_bytes(hub.process.pid) - before < 48 * MEBIBYTE
    assert healthy(hub)
    expected = (b"404", b"413", b"401", b"401")
    for number, connection in enumerate(strangers):
        assert connection.recv(12).split()[1] == expected[number % 4]
        connection.close()
    assert working.create()["seq"] == 1


def unfinished(raw):
    """A message of a mebibyte without its end."""
    raw.socket.sendall(b"\x81\xff" + MEBIBYTE.to_bytes(8, "big") + MASK + b" " * (MEBIBYTE - 1))


def test_messages_that_do_not_end_give_way_and_the_health_check_is_answered(
    embedded, start_hub, lina
):
    hub = start_hub(embedded, ["--log", "json"], MEMORY_BYTES=MEMORY)
    working = hub.live(lina)
    tokens = [people.token(people.client()) for _ in range(10)]
    raws = [RawSocket(hub.port, tokens[number % 10]) for number in range(200)]
    for raw in raws:
        unfinished(raw)
    wait_for_line(hub, "input_shed")
    assert resident_bytes(hub.process.pid) < MEMORY
    assert healthy(hub)
    opcode, payload = raws[0].receive()
    assert opcode == CLOSE and payload[:2] == (1013).to_bytes(2, "big")
    assert wait_for_line(hub, "ws_close", code="1013")
    assert working.create()["seq"] == 1
    for raw in raws:
        raw.close()
