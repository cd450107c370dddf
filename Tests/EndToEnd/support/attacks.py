"""Hostile peers, one round at a time: each function attacks a target for about a second, and
leaves nothing open except what it returns."""

import base64
import contextlib
import dataclasses
import http.client
import json
import os
import random
import socket
import struct
import time

from support import people
from support.raw import MASK, PING, PONG, TEXT, RawSocket

RESET = struct.pack("ii", 1, 0)
CONTINUATION = 0


@dataclasses.dataclass
class Target:
    port: int
    tokens: list
    ticket: str
    random: random.Random
    own: str | None = None

    def connect(self, timeout=5):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def open(self, **options):
        raw = RawSocket(self.port, self.random.choice(self.tokens), **options)
        raw.socket.settimeout(5)
        return raw


def frame(opcode, payload=b"", final=True):
    """The bytes of a short masked frame."""
    masked = bytes(byte ^ MASK[i % 4] for i, byte in enumerate(payload))
    ticket = struct.pack("!BB", opcode | (0x80 if final else 0), 0x80 | len(payload))
    return ticket + MASK + masked


def reset(connection):
    """Ends the connection by a reset, without a close."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


def drain(connection):
    """Reads to the end or a timeout."""
    with contextlib.suppress(OSError):
        while connection.recv(1 << 16):
            pass


def bad_handshakes(target):
    key = base64.b64encode(os.urandom(16)).decode()
    token = target.random.choice(target.tokens)
    good = [
        "GET /ws HTTP/1.1",
        "Host: a",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"Authorization: Bearer {token}",
    ]
    for _ in range(30):
        lines = list(good)
        position = target.random.randrange(len(lines))
        change = target.random.randrange(4)
        if change == 0:
            del lines[position]
        elif change == 1:
            lines[position] += "x"
        elif change == 2:
            lines.insert(1, "Origin: http://evil.example")
        else:
            lines[-1] = "Authorization: Bearer " + token[:-3] + "abc"
        with target.connect() as connection, contextlib.suppress(OSError):
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            connection.recv(4096)


def garbage(target):
    for _ in range(20):
        with target.connect() as connection, contextlib.suppress(OSError):
            connection.sendall(target.random.randbytes(target.random.randrange(1, 5000)))
        raw = target.open()
        with contextlib.suppress(OSError):
            raw.socket.sendall(target.random.randbytes(target.random.randrange(1, 5000)))
        raw.close()


def control_flood(target):
    raw = target.open()
    with contextlib.suppress(OSError):
        raw.socket.sendall(frame(target.random.choice([PING, PONG]), b"x" * 100) * 20_000)
    raw.close()


def command_flood(target):
    raw = target.open()
    text = target.random.choice([b"", b"{}", b'{"type":"ping"}', b"[" * 100])
    with contextlib.suppress(OSError):
        raw.socket.sendall(frame(TEXT, text) * 3000)
        raw.socket.settimeout(0.5)
        drain(raw.socket)
    raw.close()


def fragments(target):
    raw = target.open()
    with contextlib.suppress(OSError):
        start = frame(TEXT, b"{", final=False)
        raw.socket.sendall(start + frame(CONTINUATION, b"", final=False) * 10_000)
    raw.close()


def oversize(target):
    raw = target.open()
    with contextlib.suppress(OSError):
        raw.send(TEXT, b"x" * target.random.choice([1 << 20, (1 << 20) + 1, 3 << 20]))
        raw.close_code()
    raw.close()
    with target.connect() as connection, contextlib.suppress(OSError):
        head = b"POST /api/tickets HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"
        connection.sendall(head + b"x" * 100_000)
        connection.recv(4096)
    with target.connect() as connection, contextlib.suppress(OSError):
        connection.sendall(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000)
        connection.recv(4096)


def nested(target):
    raw = target.open()
    with contextlib.suppress(OSError):
        raw.send(TEXT, b"[" * 500_000)
        raw.send(TEXT, b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
        raw.receive()
    raw.close()


def resets(target):
    for _ in range(20):
        connection = target.connect()
        with contextlib.suppress(OSError):
            connection.sendall(b"GET /ws HTTP/1.1\r\nHost: a\r\n"[: target.random.randrange(28)])
        reset(connection)
        raw = target.open()
        with contextlib.suppress(OSError):
            for number in range(target.random.randrange(4)):
                raw.send_json(type="join", id=f"j{number}", ticket=target.ticket)
        raw.stream.close()
        reset(raw.socket)


def hold():
    """Keeps connections open for a moment. Nothing waits for an outcome of it: an attack has no end
    that could be awaited, the people beside it check what the hub does meanwhile."""
    time.sleep(0.5)


def half_closes(target):
    opened = []
    for _ in range(20):
        connection = target.connect()
        connection.sendall(target.random.choice([b"", b"GET /", b"GET / HTTP/1.1\r\n"]))
        connection.shutdown(socket.SHUT_WR)
        opened.append(connection)
    hold()
    for connection in opened:
        connection.close()


def slow_senders(target):
    first = b"POST /api/tickets HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n"
    slow = [target.connect() for _ in range(20)]
    for position, connection in enumerate(slow):
        connection.sendall([b"", b"GET / HTTP/1.1\r\nX: ", first][position % 3])
    for _ in range(25):
        time.sleep(0.2)  # a byte at a time: this is the attack
        for connection in slow:
            with contextlib.suppress(OSError):
                connection.sendall(b"x")
    for connection in slow:
        connection.close()


def never_readers(target):
    """Members of a busy room, over WebSocket and SSE, that read nothing for a while."""
    opened = []
    for _ in range(5):
        raw = target.open(receive_buffer=4096)
        with contextlib.suppress(OSError):
            for number in range(30):
                raw.send_json(type="join", id=f"j{number}", ticket=target.ticket, after=0)
        opened.append(raw)
        stream = target.connect()
        token = target.random.choice(target.tokens)
        stream.sendall(
            f"GET /api/tickets/{target.ticket}/stream?access_token={token} HTTP/1.1\r\n"
            "Host: a\r\n\r\n".encode()
        )
        opened.append(stream)
    time.sleep(target.random.uniform(5, 20))  # reading nothing is the attack
    for connection in opened:
        connection.close()


def forged_tokens(target):
    someone = people.Person("forger", "admin", "Forger")
    token = people.token(someone, key="x" * 40)
    for _ in range(30):
        with target.connect() as connection, contextlib.suppress(OSError):
            connection.sendall(
                f"GET /api/tickets HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n"
                .encode()
            )
            assert b" 401 " in connection.recv(4096)[:20]


def chatter(target):
    """Typing, presence and joins as fast as the limit allows."""
    raw = target.open()
    with contextlib.suppress(OSError, EOFError):
        for number in range(60):
            kind = ["join", "typing", "view", "leave"][number % 4]
            fields = {"on": True} if kind == "typing" else {}
            fields |= {"focus": True} if kind == "view" else {}
            raw.send(TEXT, json.dumps({"type": kind, "ticket": target.ticket, **fields}).encode())
        raw.socket.settimeout(0.3)
        drain(raw.socket)
    raw.close()


def call(target, method, path, body=None):
    """One request on its own connection; returns the body of the answer, or None."""
    headers = {"Authorization": f"Bearer {target.random.choice(target.tokens)}"}
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=10)
    try:
        connection.request(method, path, body and json.dumps(body), headers)
        return json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


def create(target):
    new = {
        "title": "flood",
        "description": "x" * 4000,
        "category": "incident",
        "priority": "low",
        "project": "atelier",
    }
    return call(target, "POST", "/api/tickets", new)


def creation_flood(target):
    for _ in range(100):
        create(target)


def message_flood(target):
    """In the attacker's own ticket, because honest members count the messages of theirs."""
    target.own = target.own or (create(target) or {}).get("id")
    for _ in range(150):
        call(target, "POST", f"/api/tickets/{target.own}", {"body": "x" * 8000})


def search_flood(target):
    for _ in range(60):
        letters = "".join(target.random.choices("abcdefgh", k=3))
        call(target, "GET", f"/api/tickets?q={letters}")


def spelled_filters(target):
    statuses = ["open", "waiting", "resolved", "closed", "in_progress"]
    for _ in range(60):
        spelled = ",".join(target.random.choices(statuses, k=target.random.randrange(1, 430)))
        call(target, "GET", f"/api/tickets?limit=1&status={spelled}")


def held_bodies(target):
    """Bodies without their last byte, from callers without a token."""
    head = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n"
    held = []
    for _ in range(40):
        with contextlib.suppress(OSError):
            connection = target.connect()
            held.append(connection)
            connection.sendall(head + b"x" * 1_048_575)
    hold()
    for connection in held:
        connection.close()


def unfinished_messages(target):
    held = []
    for _ in range(20):
        with contextlib.suppress(OSError, EOFError, AssertionError):
            raw = target.open()
            held.append(raw)
            raw.socket.sendall(frame_of(500_000, final=False))
    hold()
    for raw in held:
        raw.close()


def frame_of(count, final=True):
    """The bytes of a masked text frame of so many letters."""
    head = struct.pack("!BBQ", TEXT | (0x80 if final else 0), 0x80 | 127, count)
    return head + b"\0\0\0\0" + b"x" * count


def unsorted_marks(target):
    """Text whose comparison by canonical equivalence takes quadratic time."""
    marks = "\u0301\u0323" * 40_000
    call(target, "POST", f"/api/tickets/{target.ticket}", {marks: 1})
    call(target, "POST", f"/api/tickets/{target.ticket}", {"action": marks})
    call(target, "PATCH", f"/api/tickets/{target.ticket}", {"status": marks, "tags": [marks]})


def socket_hoard(target):
    held = []
    token = target.random.choice(target.tokens)
    for _ in range(100):
        with contextlib.suppress(OSError, EOFError, AssertionError, IndexError, ValueError):
            held.append(RawSocket(target.port, token))
    for raw in held:
        raw.close()


# Attacks by one signed-in client.
FLOODS = [
    command_flood,
    creation_flood,
    message_flood,
    search_flood,
    spelled_filters,
    unfinished_messages,
    unsorted_marks,
    socket_hoard,
    chatter,
]

ALL = [
    creation_flood,
    message_flood,
    search_flood,
    spelled_filters,
    held_bodies,
    unfinished_messages,
    unsorted_marks,
    socket_hoard,
    bad_handshakes,
    garbage,
    control_flood,
    command_flood,
    fragments,
    oversize,
    nested,
    resets,
    half_closes,
    slow_senders,
    never_readers,
    forged_tokens,
    chatter,
]
