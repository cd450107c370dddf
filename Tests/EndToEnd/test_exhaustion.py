"""Exhausted connections, descriptors, memory and timeouts: what is refused, and what continues."""

import fcntl
import os
import resource
import socket
import struct
import threading
import time

import pytest
import requests

from support import people
from support.observe import (
    Stalls,
    cpu_seconds,
    descriptors,
    log_lines,
    metric,
    resident_bytes,
    wait_for_line,
    wait_for_metric,
    wait_until,
    wait_until_steady,
)
from support.raw import RawSocket
from support.wrapped import wrap

JSON_LOG = ["--log", "json"]
RESET = struct.pack("ii", 1, 0)


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=15)
    return connection


def first_line(connection):
    try:
        return connection.makefile("rb").readline().decode()
    except OSError:
        return ""


def close_all(connections):
    for connection in connections:
        connection.close()


# Too many connections


def test_over_the_connection_limit_is_503_and_the_others_work_on(
    embedded, start_hub, monkeypatch, tmp_path, client
):
    wrap(monkeypatch, tmp_path, "exec prlimit --nofile=256:256 HUB")
    hub = start_hub(embedded, JSON_LOG)
    working = hub.live(client)
    ticket = working.create()["id"]
    limit = 256 - 128
    idle = [connect(hub.port) for _ in range(limit - 1)]
    wait_until(lambda: metric_over(working, hub) is None, "the limit")
    beyond = [connect(hub.port) for _ in range(20)]
    for connection in beyond:
        with connection.makefile("rb") as answer:
            assert answer.readline().split()[1] == b"503"
            head = answer.read().lower()
        assert b"retry-after: 2" in head and b"application/problem+json" in head
    working.message(ticket, "still here")
    wait_for_line(hub, "connections_full", max=str(limit))
    close_all(idle + beyond)
    wait_for_metric(hub, "connections_refused_total", at_least=20)
    assert hub.live(people.technician()).hello
    assert metric(hub, 'http_rejected_total{status="503"}') >= 20


def metric_over(working, hub):
    """Waits until the hub has seen all connections: a fence over the accepting loops."""
    working.settle()
    return None


def test_without_a_descriptor_left_it_neither_spins_nor_forgets(
    embedded, start_hub, client
):
    hub = start_hub(embedded, JSON_LOG)
    working = hub.live(client)
    ticket = working.create()["id"]
    pid = hub.process.pid
    hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (descriptors(pid) + 20, hard))
    crowd = [connect(hub.port) for _ in range(200)]
    line = wait_for_line(hub, "accept_overload")
    assert int(line["turned_away"]) >= 1
    spent, began = cpu_seconds(pid), time.monotonic()
    for number in range(20):
        working.message(ticket, f"line {number}")
        time.sleep(0.1)
    share = (cpu_seconds(pid) - spent) / (time.monotonic() - began)
    assert share < 0.25, f"{share:.0%} of a core while descriptors are out"
    close_all(crowd)
    began = time.monotonic()
    wait_until(lambda: answers(hub.port), "an answer after the crowd has gone", 5)
    assert time.monotonic() - began < 2
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (hard, hard))
    assert metric(hub, "accept_overloads_total") >= 1
    assert working.join(ticket)["seq"] == 21
    overloads = [x for x in log_lines(hub) if x["ev"] == "accept_overload"]
    assert len(overloads) <= 30


def answers(port):
    with connect(port) as connection:
        try:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            return connection.recv(100).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


def test_over_the_limit_of_one_address_is_503_and_other_addresses_work_on(
    embedded, start_hub, client
):
    hub = start_hub(embedded, JSON_LOG, CONNECTIONS_PER_ADDRESS=10)
    working = hub.live(client)
    crowd = [connect(hub.port) for _ in range(9)]
    working.settle()
    with connect(hub.port) as beyond, beyond.makefile("rb") as answer:
        assert answer.readline().split()[1] == b"503"
        assert b"retry-after" in answer.read().lower()
    wait_for_line(hub, "address_full", ip="127.0.0.1")
    with socket.create_connection(
        ("127.0.0.1", hub.port), timeout=15, source_address=("127.0.0.2", 0)
    ) as elsewhere:
        elsewhere.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert first_line(elsewhere).startswith("HTTP/1.1 200")
    close_all(crowd)
    wait_until(lambda: answers(hub.port), "a place after the crowd has gone")


def test_a_connection_without_a_free_descriptor_is_answered_503(embedded, start_hub, client):
    hub = start_hub(embedded, JSON_LOG)
    pid = hub.process.pid
    hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (descriptors(pid) + 5, hard))
    crowd = [connect(hub.port) for _ in range(40)]
    wait_for_line(hub, "accept_overload")
    told = []
    for connection in crowd:
        connection.settimeout(0.2)
        told.append(first_line(connection).startswith("HTTP/1.1 503"))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (hard, hard))
    close_all(crowd)
    assert any(told)


def test_short_of_memory_new_connections_are_refused_and_old_ones_kept(
    embedded, start_hub, client
):
    hub = start_hub(embedded, JSON_LOG)
    working = hub.live(client)
    needed = resident_bytes(hub.process.pid)
    hub.stop()
    hub = start_hub(embedded, JSON_LOG, MEMORY_BYTES=needed)
    line = wait_for_line(hub, "memory_short")
    assert int(line["resident_bytes"]) > int(line["limit_bytes"]) * 4 // 5
    with connect(hub.port) as refused, refused.makefile("rb") as answer:
        assert answer.readline().split()[1] == b"503"


# Sockets in every state of decay


def half_close(connection):
    connection.shutdown(socket.SHUT_WR)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


def test_half_closed_and_reset_peers_cost_nothing(hub_alone, client, lina):
    pid = hub_alone.process.pid
    working = hub_alone.live(lina)
    working.settle()
    before = descriptors(pid)
    token = people.token(client)
    left = []
    for _ in range(20):
        left += [connect(hub_alone.port) for _ in range(3)]
        half_close(left[-1])
        left[-2].sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        half_close(left[-2])
        left[-3].sendall(b"POST /api/tickets HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx")
        half_close(left[-3])
        raw = RawSocket(hub_alone.port, token)
        half_close(raw.socket)
        left.append(raw)
        for bytes_before in (b"", b"GET ", b"GET / HTTP/1.1\r\n"):
            gone = connect(hub_alone.port)
            gone.sendall(bytes_before)
            reset(gone)
        raw = RawSocket(hub_alone.port, token)
        raw.send_json(type="queue.join", id="q")
        raw.stream.close()
        reset(raw.socket)
    wait_until(lambda: descriptors(pid) <= before, "the descriptors of closed connections")
    spent, began = cpu_seconds(pid), time.monotonic()
    time.sleep(3)  # measures that nothing is done
    share = (cpu_seconds(pid) - spent) / (time.monotonic() - began)
    assert share <= 0.02, f"{share:.1%} of a core with nothing to do"
    working.settle()
    close_all(left)


@pytest.mark.parametrize("moment", ["handshake", "mid_frame", "mid_write", "in_close"])
def test_two_thousand_resets_do_no_harm(hub_alone, client, lina, moment):
    token = people.token(client)
    working = hub_alone.live(lina)
    ticket = hub_alone.rest(client).create()["id"]
    pid = hub_alone.process.pid
    before = descriptors(pid)
    for _ in range(500):
        if moment == "handshake":
            connection = connect(hub_alone.port)
            connection.sendall(b"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n")
            reset(connection)
            continue
        raw = RawSocket(hub_alone.port, token)
        if moment == "mid_frame":
            raw.socket.sendall(b"\x81\xfe\x10\x00\x00\x00\x00\x00{")
        if moment == "mid_write":
            for number in range(5):
                raw.send_json(type="join", id=f"j{number}", ticket=ticket)
        if moment == "in_close":
            raw.send(8, (1000).to_bytes(2, "big"))
        raw.stream.close()
        reset(raw.socket)
    working.message(ticket, "unmoved")
    # The store's readers open their files when they are first asked.
    wait_until(lambda: descriptors(pid) <= before + 8, "the descriptors of who was reset")
    assert hub_alone.is_running


# Those who send slowly


@pytest.mark.parametrize(
    ("name", "first", "drip", "answer"),
    [
        ("says_nothing", b"", b"", b""),
        ("head_by_bytes", b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"x", b"408"),
        ("body_by_bytes",
         b"POST /api/tickets HTTP/1.1\r\nHost: a\r\nTOKEN\r\nContent-Length: 9999\r\n\r\n",
         b"x", b"408"),
        ("chunks_by_bytes",
         b"POST /api/tickets HTTP/1.1\r\nHost: a\r\nTOKEN\r\nTransfer-Encoding: chunked\r\n\r\n",
         b"1\r\nx\r\n", b"408"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_slow_senders_have_their_time_and_no_more(
    embedded, start_hub, lina, client, name, first, drip, answer
):
    hub = start_hub(embedded, HEAD_SECONDS=2)
    working = hub.live(lina)
    ticket = hub.rest(client).create()["id"]
    slow = [connect(hub.port) for _ in range(100)]
    began = time.monotonic()
    # Without a token no body would be waited for.
    first = first.replace(b"TOKEN", f"Authorization: Bearer {people.token(client)}".encode())
    for connection in slow:
        connection.sendall(first)
    stop = threading.Event()

    def keep_dripping():
        while not stop.wait(0.2):
            for connection in slow:
                try:
                    connection.sendall(drip)
                except OSError:
                    pass

    thread = threading.Thread(target=keep_dripping, daemon=True)
    thread.start()
    slowest = 0
    with Stalls() as stalls:
        while time.monotonic() - began < 2:
            asked = time.monotonic()
            working.message(ticket, "x")
            slowest = max(slowest, time.monotonic() - asked)
            time.sleep(0.06)
    answers = [first_line(connection).encode() for connection in slow]
    took = time.monotonic() - began
    stop.set()
    thread.join()
    assert took < 6
    assert slowest < 0.5 + stalls.allowance
    if answer:
        # A reset can overtake the answer when bytes were still under way.
        assert sum(answer in line for line in answers) >= 90
        wait_for_metric(hub, 'refusals_total{reason="http_408"}', at_least=100)
    else:
        assert set(answers) == {b""}
    close_all(slow)
    wait_until(lambda: metric(hub, "connections") <= 3, "an end of the slow ones")


# Those who do not read


def stuffed(hub, count, client):
    """A ticket, and members of its room that never read again."""
    ticket = hub.rest(client).create()["id"]
    members = []
    for _ in range(count):
        raw = RawSocket(hub.port, people.token(client), receive_buffer=4096)
        raw.send_json(type="join", id="j", ticket=ticket)
        while raw.receive_json()["type"] != "joined":
            pass
        members.append(raw)
    return ticket, members


def test_members_that_never_read_take_a_bounded_part_of_memory(
    embedded, start_hub, client, lina
):
    hub = start_hub(embedded, JSON_LOG, OUTBOUND_BYTES=256 * 1024, COMMANDS_PER_SECOND=0)
    author, reader = hub.live(lina), hub.live(client)
    ticket, members = stuffed(hub, 100, client)
    reader.join(ticket)
    pid = hub.process.pid
    before = resident_bytes(pid)
    latencies = []
    reading = threading.Thread(target=reader.events_until, args=[401, ticket], daemon=True)
    reading.start()
    for number in range(400):
        asked = time.monotonic()
        author.message(ticket, f"{number} " + "x" * 12_000)
        latencies.append(time.monotonic() - asked)
    reading.join(20)
    assert not reading.is_alive(), "the reader that kept up has a hole"
    grown = resident_bytes(pid) - before
    assert grown < 100 * 256 * 1024 + (48 << 20), f"{grown >> 20} MiB"
    assert sorted(latencies)[int(len(latencies) * 0.99)] < 0.5
    assert metric(hub, "queued_bytes") <= 100 * (256 * 1024 + 16_384)
    close_all(members)


def test_over_the_bound_of_all_queues_the_longest_go_first(embedded, start_hub, client, lina):
    total = 4 << 20
    hub = start_hub(
        embedded, [*JSON_LOG, "--workers", "1"], OUTBOUND_TOTAL_BYTES=total, COMMANDS_PER_SECOND=0
    )
    author, reader = hub.live(lina), hub.live(client)
    ticket, members = stuffed(hub, 10, client)
    reader.join(ticket)
    reading = threading.Thread(target=reader.events_until, args=[501, ticket], daemon=True)
    reading.start()
    for number in range(500):
        author.message(ticket, f"{number} " + "x" * 15_000)
    reading.join(20)
    assert not reading.is_alive(), "the reader that kept up has a hole"
    wait_for_line(hub, "queues_shed")
    wait_for_line(hub, "ws_close", code="1013")
    wait_until(lambda: metric(hub, "queued_bytes") <= total, "queues within the bound")
    assert 1 <= metric(hub, "shed_total") <= 10
    close_all(members)


def test_a_client_that_asks_without_reading_is_answered_in_bounded_part(
    embedded, start_hub, client
):
    """A page is 256 KiB, so a few hundred short requests could cost the hub all its memory."""
    bound = 512 * 1024
    hub = start_hub(embedded, OUTBOUND_BYTES=bound, COMMANDS_PER_SECOND=0)
    rest, token = hub.rest(client), people.token(client)
    ticket = rest.create()["id"]
    for number in range(20):
        rest.say(ticket, f"{number} " + "x" * 15_000)
    pid = hub.process.pid
    before = resident_bytes(pid)
    asking = RawSocket(hub.port, token, receive_buffer=4096)
    for number in range(120):
        asking.send_json(type="join", id=f"j{number}", ticket=ticket)
    pipelining = socket.create_connection(("127.0.0.1", hub.port), timeout=20)
    request = (
        f"GET /api/tickets/{ticket} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n"
    )
    pipelining.sendall(request.encode() * 120)
    wait_until_steady(lambda: metric(hub, "queued_bytes"), "bytes that wait for the readers")
    page = 300 * 1024
    assert metric(hub, "queued_bytes") <= 2 * bound + 6 * page
    assert resident_bytes(pid) - before < 48 << 20
    # They read at last: every answer comes, once.
    answered = []
    while len(answered) < 120:
        answer = asking.receive_json()
        if answer["type"] == "joined":
            answered.append(answer["re"])
    assert sorted(answered) == sorted(f"j{number}" for number in range(120))
    pipelining.shutdown(socket.SHUT_WR)
    count = 0
    with pipelining.makefile("rb") as answers:
        for line in answers:
            count += line.count(b"HTTP/1.1 200 OK")
    assert count == 120
    close_all([asking, pipelining])


# A log without a reader


def test_a_full_log_pipe_blocks_nothing(
    embedded, start_hub, monkeypatch, tmp_path, client
):
    fifo = tmp_path / "log.fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, 4096)
    wrap(monkeypatch, tmp_path, f"exec HUB 2>{fifo}")
    hub = start_hub(embedded, JSON_LOG, COMMANDS_PER_SECOND=0)
    live = hub.live(client)
    ticket = live.create()["id"]
    fill_log(hub)
    slowest = 0
    with Stalls() as stalls:
        for number in range(50):
            asked = time.monotonic()
            live.message(ticket, f"line {number}")
            slowest = max(slowest, time.monotonic() - asked)
    assert slowest < 0.5 + stalls.allowance
    assert live.join(ticket)["seq"] == 51
    hub.close_clients()
    hub.stop()  # ends with 0 although the last lines cannot be written
    os.close(reader)


def fill_log(hub):
    """Each cause has ten lines a second; these have long ones, of the peer's own choosing."""
    while not metric(hub, "log_dropped_total"):
        for number in range(10):
            loud = people.Person(f"{number}" + "\"" * 120, "client", "Loud")
            connection = RawSocket(hub.port, people.token(loud))
            connection.send_json(type="join", id="j", ticket="0" * 24)
            assert connection.receive_json()["code"] == "not_found"
            connection.send(8, (1000).to_bytes(2, "big"))
            connection.close_code()
            connection.close()
            headers = {"Origin": "\x02" * 190}
            requests.get(f"{hub.url}/api/me", headers=headers, timeout=10)
        time.sleep(0.3)  # the ten lines are those of a second, so faster rounds would add none


# Peers that vanish, and crowds that type


def test_a_peer_that_vanished_is_closed_and_leaves_presence(embedded, start_hub, client, lina):
    hub = start_hub(embedded, JSON_LOG, HEARTBEAT_SECONDS=1, DEAD_SECONDS=3)
    ticket = hub.rest(client).create()["id"]
    watching = hub.live(lina)
    watching.join(ticket)
    gone = RawSocket(hub.port, people.token(client))
    gone.send_json(type="join", id="j", ticket=ticket)
    watching.wait_for(
        lambda f: f["type"] == "presence" and len(f["present"]) == 2, "both to be present"
    )
    began = time.monotonic()
    watching.wait_for(
        lambda f: f["type"] == "presence" and len(f["present"]) == 1, "one to be left", 15
    )
    assert 3 <= time.monotonic() - began <= 10
    line = wait_for_line(hub, "ws_close", user=client.id)
    assert line["code"] == "1006" and "3 s" in line["reason"]
    assert metric(hub, 'ws_closed_total{code="1006"}') == 1
    gone.close()


def sent_bytes(hub):
    """All bytes sent until now. The hub counts them once a second, the answers to this call too."""
    seen = metric(hub, "sent_bytes_total")
    wait_until(lambda: metric(hub, "sent_bytes_total") > seen, "a newer count of bytes")
    return metric(hub, "sent_bytes_total")


def test_a_crowd_that_types_is_passed_on_at_a_bounded_rate(embedded, start_hub):
    hub = start_hub(embedded, COMMANDS_PER_SECOND=0)
    ticket = hub.rest(people.client()).create()["id"]
    crowd = [RawSocket(hub.port, people.token(people.client())) for _ in range(60)]
    for raw in crowd:
        raw.send_json(type="join", id="j", ticket=ticket)
    for raw in crowd:
        while raw.receive_json()["type"] != "joined":
            pass
    wait_until(lambda: metric(hub, "websockets") == 60, "a count of all")
    before = sent_bytes(hub)
    for _ in range(40):  # 2,400 frames of typing, each for 59 others
        for raw in crowd:
            raw.send_json(type="typing", ticket=ticket, on=True)
    for raw in crowd:
        raw.send_json(type="ping", id="fence")
        typed = 0
        while (frame := raw.receive_json())["type"] != "pong":
            typed += frame["type"] == "typing"
        assert typed <= 59 * 3
    sent_bytes(hub)  # another second, in which no more may be sent
    sent = sent_bytes(hub) - before
    assert sent < 60 * 60 * 3 * 250, f"{sent} bytes for typing"
    close_all(crowd)
