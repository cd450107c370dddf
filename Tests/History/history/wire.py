"""One person's connections to the hub, without a policy: WebSocket, REST and event stream.

Every byte that a client receives is searched for the mark of internal messages."""

import asyncio
import contextlib
import itertools
import json

import h11
import websockets
from websockets.asyncio.client import connect

from support import people

CANARY = "inside-only"
ANSWER_SECONDS = 12
CONNECT_SECONDS = 6
TOKEN_SECONDS = 40 * 86_400  # The clock of the hub is moved by days.


class Lost(Exception):
    """The connection broke, or the answer did not come in time."""


class Turned(Exception):
    """The hub turned a WebSocket or stream away with an HTTP status."""

    def __init__(self, status):
        super().__init__(f"HTTP {status}")
        self.status = status


class Identity:
    """A person with the token that they use, and the count of what they have received."""

    def __init__(self, someone, history):
        self.person = someone
        self.id = someone.id
        self.is_client = someone.role == "client"
        self.token = people.token(someone, ttl=TOKEN_SECONDS)
        self.history = history
        self.received_bytes = 0

    def look_at(self, data, where):
        """Notes an internal word that reached a client."""
        self.received_bytes += len(data)
        if not self.is_client:
            return
        mark = CANARY if isinstance(data, str) else CANARY.encode()
        if mark in data:
            self.history.add("leak", who=self.id, where=where, text=str(data)[:400])


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body) if self.body else None


class Rest:
    """Calls over one connection that is kept open. A second call waits for the first."""

    def __init__(self, identity, address):
        self.identity = identity
        self.address = address
        self.lock = asyncio.Lock()
        self.streams = None

    async def call(self, method, path, body=None, headers=(), seconds=ANSWER_SECONDS):
        """The answer, or `Lost`."""
        async with self.lock:
            if self.streams and self.streams[0].at_eof():
                self.close()  # The hub ends a connection that was idle for long.
            try:
                async with asyncio.timeout(seconds):
                    return await self._exchange(method, path, body, headers)
            except (OSError, EOFError, TimeoutError, h11.RemoteProtocolError) as failure:
                self.close()
                raise Lost(type(failure).__name__) from None
            except BaseException:
                self.close()
                raise

    async def _exchange(self, method, path, body, headers):
        data = body if isinstance(body, bytes) else b"" if body is None else encode(body)
        try:
            await self._open()
            await self._send(method, path, data, headers)
            return await self._receive(path)
        finally:
            if self.streams and self.http.our_state is h11.DONE is self.http.their_state:
                self.http.start_next_cycle()
            else:
                self.close()

    async def _open(self):
        if self.streams is None:
            async with asyncio.timeout(CONNECT_SECONDS):
                self.streams = await asyncio.open_connection(*self.address())
            self.http = h11.Connection(h11.CLIENT)

    async def _send(self, method, path, data, headers):
        head = [("Host", "127.0.0.1"), ("Authorization", f"Bearer {self.identity.token}")]
        head += [*headers, ("Content-Length", str(len(data)))]
        out = self.http.send(h11.Request(method=method, target=path, headers=head))
        out += self.http.send(h11.Data(data=data)) if data else b""
        out += self.http.send(h11.EndOfMessage())
        self.streams[1].write(out)
        await self.streams[1].drain()

    async def _receive(self, path):
        head, parts = None, []
        while True:
            event = self.http.next_event()
            if event is h11.NEED_DATA:
                data = await self.streams[0].read(65536)
                self.http.receive_data(data)
            elif isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                parts.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                body = b"".join(parts)
                self.identity.look_at(body, path)
                return Answer(head.status_code, dict(head.headers), body)
            elif isinstance(event, h11.ConnectionClosed):
                raise EOFError

    async def lines(self, path):
        """The lines of an event stream, until it ends. For a connection of its own."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._open()
                await self._send("GET", path, b"", ())
            text = b""
            while True:
                event = self.http.next_event()
                if event is h11.NEED_DATA:
                    self.http.receive_data(await self.streams[0].read(65536))
                elif isinstance(event, h11.Response) and event.status_code != 200:
                    raise Turned(event.status_code)
                elif isinstance(event, h11.Data):
                    self.identity.look_at(bytes(event.data), path)
                    *whole, text = (text + bytes(event.data)).split(b"\n")
                    for line in whole:
                        yield line.decode()
                elif isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):
                    return
        except (OSError, EOFError, TimeoutError, h11.RemoteProtocolError) as failure:
            raise Lost(type(failure).__name__) from None
        finally:
            self.close()

    def close(self):
        if self.streams:
            self.streams[1].close()
            self.streams = None


class Socket:
    """One WebSocket. Frames that answer nothing go to `on_frame`."""

    numbers = itertools.count(1)

    def __init__(self, identity, address, on_frame):
        self.identity = identity
        self.address = address
        self.on_frame = on_frame
        self.number = next(self.numbers)
        self.waiting = {}
        self.ids = itertools.count(1)
        self.code = None

    async def open(self):
        host, port = self.address()
        try:
            self.socket = await connect(
                f"ws://{host}:{port}/ws",
                subprotocols=["guichet.v1", f"bearer.{self.identity.token}"],
                max_size=None,
                ping_interval=None,
                open_timeout=CONNECT_SECONDS,
                close_timeout=1,
                proxy=None,
            )
        except websockets.exceptions.InvalidStatus as refused:
            raise Turned(refused.response.status_code) from None
        except (OSError, EOFError, TimeoutError, websockets.exceptions.WebSocketException) as why:
            raise Lost(type(why).__name__) from None
        self.reading = asyncio.create_task(self._read())
        return self

    async def _read(self):
        try:
            async for text in self.socket:
                self.identity.look_at(text, "ws")
                frame = json.loads(text)
                future = self.waiting.pop(frame.get("re"), None)
                if future and not future.done():
                    future.set_result(frame)
                # Answers too, in their place among the events.
                self.on_frame(self, frame)
        except websockets.exceptions.ConnectionClosed:
            pass
        finally:
            self.code = self.socket.close_code
            for future in self.waiting.values():
                if not future.done():
                    future.set_exception(Lost("closed"))
            self.waiting.clear()

    async def ask(self, type, seconds=ANSWER_SECONDS, **fields):
        """The answer to a frame, which may be an error; or `Lost`."""
        id = f"c{next(self.ids)}"
        future = asyncio.get_running_loop().create_future()
        self.waiting[id] = future
        try:
            if self.reading.done():
                raise Lost("closed")
            await self.socket.send(json.dumps({"type": type, "id": id, **fields}))
            async with asyncio.timeout(seconds):
                return await future
        except TimeoutError:
            raise Lost("no answer") from None
        except websockets.exceptions.ConnectionClosed:
            raise Lost("closed") from None
        finally:
            self.waiting.pop(id, None)
            future.cancel()

    @property
    def is_open(self):
        return not self.reading.done()

    def reset(self):
        """Ends the connection without a word, as a network does."""
        self.socket.transport.abort()

    async def close(self):
        self.reading.cancel()
        with contextlib.suppress(Exception):
            await self.socket.close()


def encode(body):
    return json.dumps(body).encode()
