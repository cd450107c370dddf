"""Bytes that no honest client sends, to every parser that faces the network."""

import base64
import json
import os
import random
import socket
import struct
import time

import pytest
import requests

from support import people
from support.observe import cpu_seconds, metric
from support.raw import MASK, TEXT, RawSocket

PATHS = [
    "/../etc/passwd",
    "/..%2fetc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/%252e%252e%252fetc/passwd",
    "/..\\..\\etc\\passwd",
    "/..%5c..%5cetc%5cpasswd",
    "/%c0%ae%c0%ae/etc/passwd",
    "/styles/../../Package.swift",
    "/styles/..%2f..%2fPackage.swift",
    "/./main.js/../../LICENSE",
    "/main.js%00.html",
    "/%00",
    "//etc/passwd",
    "/styles/",
    "/styles",
    "/.git/config",
    "/.env",
    "/package.json/../../guichet.db",
    "/guichet.db",
    "/net/%2e%2e/%2e%2e/guichet.db",
    "/main.js/",
    "/main.js;x=y",
    "/MAIN.JS",
    "/%6d%61%69%6e.js/..",
    "/api/../healthz",
    "/api/tickets/../me",
    "/api//me",
    "/API/me",
    "/%61pi/nothing",
    "/~root",
    "/" + "a/" * 1000,
    "/" + "%2e%2e/" * 500 + "etc/passwd",
]




def talk(port, data, seconds=10):
    """The complete answer to these bytes, up to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
        except ConnectionError:
            pass
        return answer


def get(port, path, *headers):
    lines = [f"GET {path} HTTP/1.1", "Host: a", "Connection: close", *headers, "", ""]
    return talk(port, "\r\n".join(lines).encode("latin-1"))


def test_no_path_leads_out_of_the_web_folder(hub_alone):
    for path in PATHS:
        answer = get(hub_alone.port, path)
        status = int(answer.split()[1])
        assert status in (400, 401, 404, 414), (path, status)
        for inside in (b"root:", b"swift-tools-version", b"SQLite format", b"[core]"):
            assert inside not in answer, path


@pytest.mark.parametrize(
    "value",
    ["bytes=0-0", "bytes=0-99999999999999999999", "bytes=-1", "bytes=5-2", "bytes=a-b", "lines=1-2",
     "bytes=" + "0-1," * 500, "bytes=-0", "bytes=18446744073709551615-", "bytes", ""],
)
def test_no_range_breaks_a_page(hub_alone, value):
    answer = get(hub_alone.port, "/main.js", f"Range: {value}")
    assert int(answer.split()[1]) in (200, 206, 400, 416)
    assert len(answer) < 200_000


SMUGGLES = [
    b"Content-Length: 5\r\nTransfer-Encoding: chunked",
    b"Content-Length: 5\r\nContent-Length: 6",
    b"Content-Length: 5, 5",
    b"Content-Length: +5",
    b"Content-Length: -5",
    b"Content-Length: 0x5",
    b"Content-Length: 5 5",
    b"Content-Length: ",
    b"Content-Length: 18446744073709551616",
    b"Content-Length: 9223372036854775808",
    b"Content-Length : 5",
    b"Content-Length:\x0b5",
    b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding: chunked, identity",
    b"Transfer-Encoding: identity",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
    b"Transfer-Encoding : chunked",
    b"Transfer-Encoding:\x0bchunked",
    b"Transfer-Encoding: \"chunked\"",
    b"X: y\r\n Transfer-Encoding: chunked",
    b"X: y\rTransfer-Encoding: chunked",
    b"X: y\nTransfer-Encoding: x",
    b"X\x00: y",
    b"X: y\x00z",
    b": empty",
    b"no colon",
    b"X\xff: y",
    b"(x): y",
    b"Host: b",
]


@pytest.mark.parametrize("line", SMUGGLES, ids=lambda line: line[:40].decode("latin-1").encode("unicode_escape").decode())
def test_nothing_after_an_ambiguous_request_is_read(hub_alone, line):
    before = metric(hub_alone, "http_requests_total")
    request = b"POST /healthz HTTP/1.1\r\nHost: a\r\n" + line + b"\r\n\r\n0\r\n\r\n"
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = talk(hub_alone.port, request + smuggled)
    assert answer.split()[1] in (b"400", b"501"), answer[:200]
    assert answer.count(b"HTTP/1.1 ") == 1 and b"404" not in answer
    # No handler saw it: the count grew only by our own looks at the metrics.
    assert metric(hub_alone, "http_requests_total") - before <= 2


def limit_case(name, count, status):
    return pytest.param(name, count, status, id=f"{name}-{count}")


@pytest.mark.parametrize(
    ("name", "count", "status"),
    [
        limit_case("headers", 100, 200),
        limit_case("headers", 101, 431),
        limit_case("head_bytes", 15_000, 200),
        limit_case("head_bytes", 17_000, 431),
        limit_case("target", 4_000, 404),
        limit_case("target", 16_000, 414),
        limit_case("body", 1 << 20, 401),
        limit_case("body", (1 << 20) + 1, 413),
    ],
)
def test_limits_of_a_request_hold_to_the_byte(hub_alone, name, count, status):
    host = b"Host: a\r\nConnection: close\r\n"
    if name == "headers":
        lines = b"".join(b"X-%d: y\r\n" % n for n in range(count - 2))
        data = b"GET /healthz HTTP/1.1\r\n" + host + lines + b"\r\n"
    elif name == "head_bytes":
        lines = b"".join(b"X-%02d: " % n + b"y" * (count // 4 - 8) + b"\r\n" for n in range(4))
        data = b"GET /healthz HTTP/1.1\r\n" + host + lines + b"\r\n"
    elif name == "target":
        data = b"GET /" + b"x" * (count - 1) + b" HTTP/1.1\r\n" + host + b"\r\n"
    else:
        length = b"Content-Length: %d\r\n\r\n" % count
        data = b"POST /api/tickets HTTP/1.1\r\n" + host + length + b"x" * count
    assert int(talk(hub_alone.port, data).split()[1]) in ({414, 431} if status == 414 else {status})


OFFERS = [
    "permessage-deflate; server_max_window_bits=7",
    "permessage-deflate; server_max_window_bits=16",
    "permessage-deflate; server_max_window_bits=99999999999999999999",
    "permessage-deflate; server_max_window_bits=-1",
    "permessage-deflate; client_max_window_bits=\"",
    "permessage-deflate; client_max_window_bits=\"15",
    "permessage-deflate; a=b; c; d=\"e\\\"f\"",
    "permessage-deflate" + "; x" * 2000,
    "x, " * 2000 + "x",
    ";;;;",
    ",,,,",
    "=",
    "permessage-deflate;;",
    "permessage-deflate, permessage-deflate, permessage-deflate",
    "\xe9",
    "\x7f",
]


def upgrade(port, token, *headers):
    key = base64.b64encode(b"0123456789abcdef").decode()
    lines = [
        "GET /ws HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
        f"Authorization: Bearer {token}", *headers, "", "",
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1"))
        return int(connection.makefile("rb").readline().split()[1])


@pytest.mark.parametrize("header", ["Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"])
def test_odd_offers_are_declined_or_refused_and_cost_nothing(hub_alone, client, header):
    token = people.token(client)
    spent = cpu_seconds(hub_alone.process.pid)
    randomly = random.Random(7)
    tokens = ["permessage-deflate", ";", ",", "=", '"', "\\", " ", "\t", "15", "\x80", "a" * 500]
    offers = OFFERS + ["".join(randomly.choices(tokens, k=12)) for _ in range(100)]
    for offer in offers:
        assert upgrade(hub_alone.port, token, f"{header}: {offer}") in (101, 400), offer[:80]
    assert cpu_seconds(hub_alone.process.pid) - spent < 1
    assert hub_alone.live(client).hello


LENGTHS = [
    (b"\x81\xfe\x00\x7d", 1002),  # 125 in the form for 126 and more
    (b"\x81\xff" + struct.pack("!Q", 65535), 1002),
    (b"\x81\xff" + struct.pack("!Q", 126), 1002),
    (b"\x81\xff" + struct.pack("!Q", (1 << 20) + 1), 1009),
    (b"\x81\xff" + struct.pack("!Q", 1 << 31), 1009),
    (b"\x81\xff" + struct.pack("!Q", 1 << 32), 1009),
    (b"\x81\xff" + struct.pack("!Q", (1 << 63) - 1), 1009),
    (b"\x81\xff" + struct.pack("!Q", 1 << 63), 1002),
    (b"\x81\xff" + struct.pack("!Q", (1 << 64) - 1), 1002),
    (b"\x89\xfe\x00\x7e", 1002),
    (b"\x88\xff" + struct.pack("!Q", 1 << 40), 1002),
]


@pytest.mark.parametrize(("head", "code"), LENGTHS, ids=lambda v: v.hex() if isinstance(v, bytes) else "")
def test_a_length_is_judged_before_its_payload_comes(hub_alone, client, head, code):
    raw = RawSocket(hub_alone.port, people.token(client))
    raw.socket.sendall(head + MASK)
    assert raw.close_code() == code
    raw.close()
    hub_alone.live(client).settle()


def test_json_of_any_shape_is_an_error_and_no_end(embedded, start_hub, client):
    hub = start_hub(embedded, COMMANDS_PER_SECOND=0)
    live = hub.live(client)
    numbers = ["1e400", "-1e400", "1" * 400, "0." + "1" * 400, "9223372036854775808", "1.5", "-0",
               "18446744073709551616", "1e-400", "NaN", "Infinity", "01", "+1", "1.", ".5", "0x1"]
    texts = ["[" * depth for depth in (1, 16, 17, 100, 512, 100_000)]
    texts += ["[" * depth + "]" * depth for depth in (16, 17, 100, 1000, 100_000)]
    texts += ['{"a":' * depth + "1" + "}" * depth for depth in (15, 16, 17, 100, 50_000)]
    texts += [f'{{"type":"join","ticket":{n}}}' for n in numbers]
    texts += [f'{{"type":"join","ticket":"{"0" * 24}","after":{n}}}' for n in numbers]
    texts += [f'{{"type":"read","ticket":"{"0" * 24}","seq":{n}}}' for n in numbers]
    texts += ['{"type":"ping","type":"join"}', '{"type":"join","ticket":"a","ticket":"b"}']
    texts += [json.dumps({"type": "join", **{f"k{n}": n for n in range(5000)}})]
    texts += ['{"type":"\\ud800"}', '{"type":"\\u0000"}', '"' + "\\u0041" * 10_000 + '"']
    texts += ["\ufeff{}", "{}{}", "{} ", "\n" * 10_000, "nul", "tru", "truefalse", "'a'", "{'a':1}"]
    randomly = random.Random(11)
    pieces = ['{', '}', '[', ']', ':', ',', '"', '"type"', '"join"', '1e', '-', '\\', '\\u', 'null']
    texts += ["".join(randomly.choices(pieces, k=20)) for _ in range(500)]
    for text in texts:
        live.socket.send(text)
        frame = live.wait_for(lambda f: True, "an answer")
        assert frame["type"] == "error", text[:80]
        assert frame["code"] in ("bad_request", "not_found"), (text[:80], frame)
    live.settle()
    for text in texts:
        if len(text) < 3000:
            answer = requests.post(
                f"{hub.url}/api/tickets", data=text.encode(), timeout=10,
                headers={"Authorization": f"Bearer {people.token(client)}"},
            )
            assert answer.status_code == 400, text[:80]


def test_garbage_never_ends_the_hub(hub_alone, client, lina):
    """Random bytes before and after the upgrade, and honest frames with one byte changed."""
    working = hub_alone.live(lina)
    ticket = hub_alone.rest(client).create()["id"]
    randomly = random.Random(int(os.environ.get("GUICHET_SEED", 23)))
    token = people.token(client)
    began = time.monotonic()
    for _ in range(150):
        talk(hub_alone.port, randomly.randbytes(randomly.randrange(1, 2000)))
        raw = RawSocket(hub_alone.port, token)
        honest = json.dumps({"type": "join", "id": "j", "ticket": ticket}).encode()
        frame = bytearray(struct.pack("!BB", 0x80 | TEXT, 0x80 | len(honest)) + bytes(4) + honest)
        for _ in range(randomly.randrange(1, 4)):
            frame[randomly.randrange(len(frame))] = randomly.randrange(256)
        raw.socket.sendall(bytes(frame) + randomly.randbytes(20))
        raw.close()
    working.message(ticket, "unmoved")
    assert hub_alone.is_running
    assert time.monotonic() - began < 60


def test_no_byte_of_one_person_reaches_another(embedded, start_hub):
    """Each has a canary in all that they send, in long and short frames mixed; nobody who may not
    see it ever receives it."""
    hub = start_hub(embedded, COMMANDS_PER_SECOND=0)
    crowd = [people.client(projects=[f"p{n}"]) for n in range(12)]
    lives = [hub.live(someone) for someone in crowd]
    randomly = random.Random(5)
    canaries = [f"canary-{n:02d}-{randomly.getrandbits(64):016x}" for n in range(len(crowd))]
    tickets = [
        live.create(title=canary, project=someone.projects[0])["id"]
        for live, canary, someone in zip(lives, canaries, crowd)
    ]
    for _ in range(30):
        pending = []
        for live, ticket, canary in zip(lives, tickets, canaries):
            body = canary * randomly.choice([1, 10, 100, 500])
            pending.append((live, live.send("message", ticket=ticket, body=body[:16_000])))
            live.socket.send(f'{{"broken {canary}')
        for live, id in pending:
            live.answer(id)
    for position, live in enumerate(lives):
        live.join(tickets[position], limit=200)
        received = "".join(live.raw)
        assert canaries[position] in received
        for other, canary in enumerate(canaries):
            assert other == position or canary not in received
