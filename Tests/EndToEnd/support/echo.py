"""A client of `/conformance/echo` in raw bytes, with optional compression."""

import base64
import os
import socket
import struct
import zlib

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK = b"\x11\x22\x33\x44"
TAIL = b"\x00\x00\xff\xff"


def masked(payload):
    stretched = (MASK * (len(payload) // 4 + 1))[: len(payload)]
    number = int.from_bytes(payload, "big") ^ int.from_bytes(stretched, "big")
    return number.to_bytes(len(payload), "big")


def frame(opcode, payload=b"", final=True, rsv=0, mask=True, size=None):
    """One frame. `size` 126 or 127 forces that form of the length."""
    first = opcode | rsv << 4 | (0x80 if final else 0)
    bit = 0x80 if mask else 0
    length = len(payload)
    size = size or (length if length < 126 else 126 if length < 1 << 16 else 127)
    ticket = struct.pack("!BB", first, bit | size)
    if size == 126:
        ticket += struct.pack("!H", length)
    elif size == 127:
        ticket += struct.pack("!Q", length)
    return ticket + (MASK + masked(payload) if mask else payload)


def packed(payload, bits=15, level=6, flush=zlib.Z_SYNC_FLUSH):
    """The payload of a compressed message, which starts with an empty window."""
    deflater = zlib.compressobj(level, zlib.DEFLATED, -bits)
    data = deflater.compress(payload) + deflater.flush(flush)
    return data.removesuffix(TAIL) if flush == zlib.Z_SYNC_FLUSH else data + b"\x00"


def fragments(opcode, payload, size, rsv=0):
    """A message in frames of so many bytes."""
    pieces = [payload[at : at + size] for at in range(0, len(payload), size)] or [b""]
    last = len(pieces) - 1
    return b"".join(
        frame(opcode if n == 0 else CONTINUATION, piece, final=n == last, rsv=rsv if n == 0 else 0)
        for n, piece in enumerate(pieces)
    )


class Echo:
    def __init__(self, port, extensions=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile("rb")
        lines = [
            "GET /conformance/echo HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
        ]
        if extensions:
            lines.append(f"Sec-WebSocket-Extensions: {extensions}")
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.status = int(self.stream.readline().split()[1])
        self.headers = {}
        while (line := self.stream.readline()) not in (b"\r\n", b""):
            name, value = line.decode().split(":", 1)
            self.headers[name.lower()] = value.strip()
        self.compressed = 0  # messages that came back compressed

    @property
    def extensions(self):
        return self.headers.get("sec-websocket-extensions", "")

    def send(self, data, step=None):
        """Sends all at once, or so many bytes a packet."""
        try:
            for at in range(0, len(data), step or len(data) or 1):
                self.socket.sendall(data[at : at + (step or len(data))])
        except ConnectionError:
            pass  # the hub has hung up; what it said is still to be read

    def receive(self, bits=15):
        """The next frame as (opcode, payload), unpacked if it was packed."""
        first, second = self.read(2)
        assert not second & 0x80, "a server never masks"
        assert first & 0x80, "the hub sends whole messages"
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self.read(2))
            assert length > 125
        elif length == 127:
            (length,) = struct.unpack("!Q", self.read(8))
            assert length > 0xFFFF
        payload = self.read(length)
        assert not first & 0x30
        if first & 0x40:
            assert "permessage-deflate" in self.extensions and not first & 0x08
            inflater = zlib.decompressobj(-bits)
            payload = inflater.decompress(payload + TAIL) + inflater.flush()
            self.compressed += 1
        return first & 0x0F, payload

    def read(self, count):
        data = self.stream.read(count)
        if len(data) < count:
            raise EOFError
        return data

    def read_to_end(self):
        """True when the hub ended the connection without further bytes."""
        try:
            return self.stream.read(1) == b""
        except ConnectionError:
            return True

    def close(self):
        self.stream.close()
        self.socket.close()
