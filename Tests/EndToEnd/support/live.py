"""A WebSocket client that acts as one person (docs/protocol.md 7), synchronous, with deadlines."""

import contextlib
import itertools
import json
import time

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

WAIT_SECONDS = 10


class Refused(Exception):
    """The hub answered a command with an `error` frame."""

    def __init__(self, frame):
        super().__init__(json.dumps(frame))
        self.frame = frame
        self.code = frame["code"]
        self.field = frame.get("field")


class Live:
    def __init__(self, port, token, subprotocols=None, query="", headers=None, **options):
        scheme = "wss" if "ssl" in options else "ws"
        if subprotocols is None:
            subprotocols = ["guichet.v1", f"bearer.{token}"]
        connection = connect(
            f"{scheme}://127.0.0.1:{port}/ws{query}",
            subprotocols=subprotocols or None,
            additional_headers=headers or {},
            max_size=None,
            ping_interval=None,
            proxy=None,
            close_timeout=2,
            **options,
        )
        self.open = contextlib.ExitStack()
        self.socket = self.open.enter_context(connection)
        self.ids = itertools.count(1)
        self.raw = []  # every text that was ever received
        self.waiting = []  # frames that no wait has taken yet
        self.hello = self.wait("hello")

    def send(self, type, **fields):
        """Sends a frame and returns its id."""
        id = f"c{next(self.ids)}"
        self.socket.send(json.dumps({"type": type, "id": id, **fields}))
        return id

    def ask(self, type, **fields):
        """Sends a command and returns the answer to it; an error is raised as Refused."""
        return self.answer(self.send(type, **fields))

    def answer(self, id):
        frame = self.wait_for(lambda f: f.get("re") == id, f"an answer to {id}")
        if frame["type"] == "error":
            raise Refused(frame)
        return frame

    def say(self, ticket, type, **fields):
        """Sends a frame that has no answer, about a ticket."""
        self.socket.send(json.dumps({"type": type, "ticket": ticket, **fields}))

    def wait(self, type, seconds=WAIT_SECONDS, **fields):
        """The next frame of this type with these fields."""

        def matches(frame):
            return frame.get("type") == type and all(frame.get(k) == v for k, v in fields.items())

        return self.wait_for(matches, f"{type} {fields}", seconds)

    def wait_for(self, matches, what, seconds=WAIT_SECONDS):
        """Takes the first waiting frame that matches, and reads until there is one."""
        for position, frame in enumerate(self.waiting):
            if matches(frame):
                return self.waiting.pop(position)
        deadline = time.monotonic() + seconds
        while True:
            frame = self.receive(deadline - time.monotonic(), what)
            if matches(frame):
                return frame
            self.waiting.append(frame)

    def receive(self, seconds, what="a frame"):
        try:
            text = self.socket.recv(timeout=max(seconds, 0.001))
        except TimeoutError:
            seen = [json.dumps(f)[:200] for f in self.waiting[-5:]]
            raise AssertionError(f"waited in vain for {what}; got {seen}") from None
        assert isinstance(text, str), "the hub sent a binary frame"
        self.raw.append(text)
        return json.loads(text)

    def event(self, seconds=WAIT_SECONDS, **fields):
        return self.wait("event", seconds, **fields)

    def events_until(self, seq, ticket):
        """The live events of a ticket, in the order they came, up to this seq."""
        events = []
        while not events or events[-1]["seq"] < seq:
            events.append(self.event(ticket=ticket))
        return events

    def taken_so_far(self, type):
        """What has arrived of a type and was not waited for. A fence (a later frame that was
        waited for, or `settle`) makes it a claim about everything before it."""
        taken = [f for f in self.waiting if f.get("type") == type]
        self.waiting = [f for f in self.waiting if f.get("type") != type]
        return taken

    def settle(self):
        """Waits until what the hub wrote to this connection before this call has been read."""
        self.ask("ping")

    def join(self, ticket, **fields):
        return self.ask("join", ticket=ticket, **fields)

    def create(self, key=None, **fields):
        """Creates a ticket and returns its snapshot."""
        fields = {
            "title": "The printer eats paper",
            "description": "It has been doing so since this morning.",
            "category": "incident",
            "priority": "normal",
            "project": "atelier",
            **fields,
        }
        return self.ask("create", set=fields, **({"key": key} if key else {}))["ticket"]

    def message(self, ticket, body, **fields):
        return self.ask("message", ticket=ticket, body=body, **fields)

    def close_code(self, seconds=WAIT_SECONDS):
        """Reads to the end of the connection and returns the hub's close code."""
        deadline = time.monotonic() + seconds
        try:
            while True:
                self.waiting.append(self.receive(deadline - time.monotonic(), "the close frame"))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None

    def close(self):
        self.open.close()
