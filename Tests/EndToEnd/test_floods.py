"""Floods on a WebSocket: what ends the flooding connection, and the effect on others."""

import struct
import threading
import time

import pytest

from support import people
from support.observe import Stalls, metric, wait_for_line, wait_for_metric
from support.raw import CLOSE, MASK, PING, PONG, TEXT, RawSocket

CONTINUATION = 0
CONTROL_BURST = 60
COMMAND_BURST = 60


@pytest.fixture
def hub(embedded, start_hub):
    """One worker, so that flooding and honest connections share a loop."""
    return start_hub(embedded, ["--log", "json", "--workers", "1"])


@pytest.fixture
def raw(hub, client):
    connection = RawSocket(hub.port, people.token(client))
    yield connection
    connection.close()


def frame(opcode, payload=b"", final=True):
    """The bytes of a short masked frame, to be repeated."""
    masked = bytes(byte ^ MASK[i % 4] for i, byte in enumerate(payload))
    return struct.pack("!BB", opcode | (0x80 if final else 0), 0x80 | len(payload)) + MASK + masked


def send_until_closed(raw, data):
    """Keeps sending from another thread, since the peer may stop to read."""

    def send():
        try:
            raw.socket.sendall(data)
        except OSError:
            pass

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    return thread


def slowest_ack(live, ticket, until, pause=0.06):
    """Sends at a legal rate until a time, and returns the longest answer time."""
    slowest, count = 0, 0
    while time.monotonic() < until:
        began = time.monotonic()
        live.message(ticket, f"line {count}")
        slowest = max(slowest, time.monotonic() - began)
        count += 1
        time.sleep(pause)
    assert count >= 5
    return slowest


def test_pings_within_the_burst_are_each_answered(raw):
    for number in range(CONTROL_BURST):
        raw.send(PING, str(number).encode())
    for number in range(CONTROL_BURST):
        assert raw.receive() == (PONG, str(number).encode())
    raw.send_json(type="ping", id="still here")
    assert raw.receive_json()["re"] == "still here"


@pytest.mark.parametrize("opcode", [PING, PONG], ids=["pings", "pongs"])
def test_a_flood_of_control_frames_ends_with_1008_and_delays_no_one_else(hub, raw, lina, opcode):
    working = hub.live(lina)
    ticket = hub.rest(people.client()).create()["id"]
    sender = send_until_closed(raw, frame(opcode, b"x" * 100) * 100_000)
    with Stalls() as stalls:
        slowest = slowest_ack(working, ticket, time.monotonic() + 1.5)
    pongs = 0
    while True:
        answered, payload = raw.receive()
        if answered == CLOSE:
            break
        pongs += answered == PONG
    assert struct.unpack("!H", payload[:2])[0] == 1008
    assert pongs <= CONTROL_BURST + 25
    raw.socket.close()
    sender.join(10)
    assert slowest < 1 + stalls.allowance
    wait_for_metric(hub, 'ws_closed_total{code="1008"}')
    wait_for_metric(hub, 'refusals_total{reason="control_frames"}')
    line = wait_for_line(hub, "ws_close", code="1008")
    assert line["ip"] == "127.0.0.1" and int(line["in"]) > 0 and int(line["out"]) > 0


def test_a_reader_that_stopped_is_owed_one_pong_the_newest(embedded, start_hub, client, lina):
    hub = start_hub(embedded, CONTROL_FRAMES_PER_SECOND=0, COMMANDS_PER_SECOND=0)
    ticket = hub.rest(client).create()["id"]
    raw = RawSocket(hub.port, people.token(client), receive_buffer=4096)
    raw.send_json(type="join", id="j", ticket=ticket)
    assert raw.receive_json()["type"] == "joined"
    author = hub.live(lina)
    while metric(hub, "queued_bytes") < 300_000:  # the kernel's buffers are full
        ids = [author.send("message", ticket=ticket, body="x" * 15_000) for _ in range(20)]
        for id in ids:
            author.answer(id)
    waiting = metric(hub, "queued_bytes")
    for number in range(20_000):
        raw.send(PING, b"%d" % number)
    author.settle()
    grown = metric(hub, "queued_bytes") - waiting
    assert grown < 100_000, "pongs pile up"
    pongs = []
    while b"19999" not in pongs:
        opcode, payload = raw.receive()
        if opcode == PONG:
            pongs.append(payload)
    assert len(pongs) < 10_000
    raw.close()


def test_empty_messages_count_as_commands(hub, raw):
    raw.socket.sendall(frame(TEXT) * (COMMAND_BURST + 40))
    codes = [raw.receive_json()["code"] for _ in range(COMMAND_BURST + 40)]
    assert codes[:COMMAND_BURST] == ["bad_request"] * COMMAND_BURST
    assert "rate_limited" in codes[COMMAND_BURST:]
    wait_for_line(hub, "rate_limited", ip="127.0.0.1")


def test_the_burst_is_admitted_whole_and_not_one_more(hub, client):
    ticket = hub.rest(client).create()["id"]
    raw = RawSocket(hub.port, people.token(client))
    read = b'{"type":"read","id":"r","ticket":"%s","seq":1}' % ticket.encode()
    join = b'{"type":"join","id":"j","ticket":"%s"}' % ticket.encode()
    began = time.monotonic()
    raw.socket.sendall((frame(TEXT, join) + frame(TEXT, read) * (COMMAND_BURST + 20)))
    raw.send_json(type="ping", id="fence")
    refused = 0
    while True:
        answer = raw.receive_json()
        if answer["type"] == "error":
            assert answer["code"] == "rate_limited" and answer["retryAfter"] >= 1
            refused += 1
        if answer["type"] == "pong":
            break
    # One command was the join; what the bucket gained meanwhile was admitted too.
    gained = int((time.monotonic() - began) * 20) + 1
    assert 21 - gained <= refused <= 21
    raw.close()


def test_each_connection_of_a_person_has_a_bucket_of_its_own(hub, client):
    first, second = (RawSocket(hub.port, people.token(client)) for _ in range(2))
    first.socket.sendall(frame(TEXT, b"{}") * (COMMAND_BURST + 30))
    codes = [first.receive_json()["code"] for _ in range(COMMAND_BURST + 30)]
    assert codes.count("rate_limited") > 0
    second.socket.sendall(frame(TEXT, b"{}") * 10)
    assert {second.receive_json()["code"] for _ in range(10)} == {"bad_request"}
    first.close()
    second.close()


def test_a_client_that_ignores_the_limit_for_ten_seconds_is_closed_with_1008(hub, raw):
    ended = threading.Event()

    def keep_sending():
        while not ended.is_set():
            try:
                raw.socket.sendall(frame(TEXT, b"{}") * 20)
            except OSError:
                return
            ended.wait(0.2)

    thread = threading.Thread(target=keep_sending, daemon=True)
    thread.start()
    began = time.monotonic()
    assert raw.close_code() == 1008
    assert 9 <= time.monotonic() - began <= 15
    ended.set()
    thread.join(5)


@pytest.mark.parametrize("piece", [b"", b"x"], ids=["empty", "one_byte"])
def test_a_message_may_have_128_fragments_and_not_one_more(hub, client, piece):
    raw = RawSocket(hub.port, people.token(client))
    rest = frame(CONTINUATION, piece, final=False)
    raw.socket.sendall(frame(TEXT, b"{", final=False) + rest * 126 + frame(CONTINUATION, b"}"))
    assert raw.receive_json()["code"] == "bad_request"
    raw.socket.sendall(frame(TEXT, b"{", final=False) + rest * 127)
    raw.socket.sendall(frame(CONTINUATION, b"}"))
    assert raw.close_code() == 1008
    raw.close()


def test_a_million_fragments_cost_no_memory(hub, raw):
    from support.observe import resident_bytes

    before = resident_bytes(hub.process.pid)
    data = frame(TEXT, b"{", final=False) + frame(CONTINUATION, b"", final=False) * 1_000_000
    sender = send_until_closed(raw, data)
    assert raw.close_code() == 1008
    raw.socket.close()
    sender.join(10)
    assert resident_bytes(hub.process.pid) - before < 8 << 20


def test_one_that_sends_without_a_pause_does_not_hold_up_the_others(hub, client, lina):
    ticket = hub.rest(client).create()["id"]
    working = hub.live(lina)
    flood = frame(TEXT, b'{"type":"ping"}') * 4000
    raws = [RawSocket(hub.port, people.token(client)) for _ in range(2)]
    stop = threading.Event()

    def keep_sending(raw):
        while not stop.is_set():
            try:
                raw.socket.sendall(flood)
            except OSError:
                return

    def keep_reading(raw):
        try:
            while raw.socket.recv(1 << 16):
                pass
        except OSError:
            pass

    threads = [
        threading.Thread(target=work, args=[raw], daemon=True)
        for raw in raws
        for work in (keep_sending, keep_reading)
    ]
    for thread in threads:
        thread.start()
    with Stalls() as stalls:
        slowest = slowest_ack(working, ticket, time.monotonic() + 3)
    stop.set()
    for raw in raws:
        raw.socket.shutdown(2)
    for thread in threads:
        thread.join(10)
    assert slowest < 0.5 + stalls.allowance
    assert metric(hub, "loop_lag_milliseconds") < 100 + 1000 * stalls.allowance
