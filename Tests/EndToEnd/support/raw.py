"""A WebSocket in raw bytes, for frames that no well-behaved client library sends (RFC 6455)."""

import base64
import json
import os
import socket
import struct
import zlib

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
MASK = b"\x11\x22\x33\x44"


class RawSocket:
    def __init__(self, port, token, receive_buffer=None, extensions=None):
        self.received_bytes = 0
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(20)
        self.socket.connect(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /ws HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Protocol: guichet.v1, bearer.{token}",
        ]
        if extensions:
            lines.append(f"Sec-WebSocket-Extensions: {extensions}")
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.stream = self.socket.makefile("rb")
        status = self.stream.readline()
        assert status.split()[1] == b"101", status
        while self.stream.readline() not in (b"\r\n", b""):
            pass
        assert self.receive_json()["type"] == "hello"

    def send(self, opcode, payload, final=True, masked=True):
        first = opcode | (0x80 if final else 0)
        mask_bit = 0x80 if masked else 0
        if len(payload) < 126:
            ticket = struct.pack("!BB", first, mask_bit | len(payload))
        elif len(payload) < 1 << 16:
            ticket = struct.pack("!BBH", first, mask_bit | 126, len(payload))
        else:
            ticket = struct.pack("!BBQ", first, mask_bit | 127, len(payload))
        if masked:
            stretched = (MASK * (len(payload) // 4 + 1))[: len(payload)]
            number = int.from_bytes(payload, "big") ^ int.from_bytes(stretched, "big")
            payload = MASK + number.to_bytes(len(payload), "big")
        self.socket.sendall(ticket + payload)

    def send_json(self, **frame):
        self.send(TEXT, json.dumps(frame).encode())

    def receive(self):
        """The next frame as (opcode, payload), unpacked if it was packed."""
        first, second = self._read(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._read(8))
        payload = self._read(length)
        if first & 0x40:
            payload = zlib.decompressobj(-15).decompress(payload + b"\x00\x00\xff\xff")
        return first & 0x0F, payload

    def receive_json(self):
        opcode, payload = self.receive()
        assert opcode == TEXT, (opcode, payload)
        return json.loads(payload)

    def close_code(self):
        """Reads to the hub's close frame; None when the connection ended without one."""
        try:
            while True:
                opcode, payload = self.receive()
                if opcode == CLOSE:
                    return struct.unpack("!H", payload[:2])[0]
        except (EOFError, ConnectionError):
            return None

    def _read(self, count):
        data = self.stream.read(count)
        if len(data) < count:
            raise EOFError
        self.received_bytes += count
        return data

    def close(self):
        self.stream.close()
        self.socket.close()
