"""Those who follow tickets: by WebSocket, event stream and long poll. Each keeps the newest `seq`
of every ticket, comes back with it after a broken connection, and writes down every event."""

import asyncio
import itertools
import json

from history.record import digest
from history.wire import Lost, Rest, Socket, Turned


class Follower:
    """What the three kinds share: the chain of events of each ticket."""

    kind = ""

    def __init__(self, world, identity, tickets):
        self.world = world
        self.identity = identity
        self.history = world.history
        self.name = f"{self.kind}-{next(world.numbers)}-{identity.id}"
        self.random = world.random_for(self.name)
        self.last = dict.fromkeys(tickets, 0)
        self.behind = set()
        self.numbers = itertools.count(1)
        self.is_turned_away = False

    def start(self):
        self.task = asyncio.create_task(self._run(), name=self.name)
        self.task.add_done_callback(self.world.notice_end)

    async def _run(self):
        while not self.world.is_over and not self.is_turned_away:
            try:
                await self._connect()
            except Lost:
                pass
            except Turned as turned:
                self.history.add(
                    "turned", member=self.name, who=self.identity.id, status=turned.status
                )
                self.is_turned_away = turned.status == 401
            await asyncio.sleep(self.random.uniform(0.05, 0.4))

    def _joined(self, connection, ticket, frame, after):
        self.history.add(
            "joined",
            member=self.name,
            who=self.identity.id,
            conn=connection,
            ticket=ticket,
            after=after,
            more=frame["more"],
            reset=frame["reset"],
        )
        for event in frame["events"]:
            self._event(connection, event, "page")

    def _event(self, connection, event, how):
        ticket, seq, prev = event["ticket"], event["seq"], event["prev"]
        self.history.add(
            "recv",
            member=self.name,
            who=self.identity.id,
            conn=connection,
            ticket=ticket,
            seq=seq,
            prev=prev,
            how=how,
            digest=digest(event),
        )
        if prev == self.last.get(ticket):
            self.last[ticket] = seq
            return True
        return False


class Member(Follower):
    """By WebSocket. It is also the way in which its person sends commands."""

    kind = "socket"

    def __init__(self, world, identity, tickets):
        super().__init__(world, identity, tickets)
        self.socket = None
        self.frames = 0
        self.refused = set()
        self.paging = set()
        self.asked = {}

    async def _connect(self):
        socket = Socket(self.identity, self.world.address, self._frame)
        try:
            await socket.open()
            self.history.add("open", member=self.name, who=self.identity.id, conn=socket.number)
            self.paging.clear()
            self.behind.clear()
            self.refused.clear()
            joined = set()
            while missing := [ticket for ticket in self.last if ticket not in joined]:
                # More tickets may be opened meanwhile.
                for ticket in missing:
                    await self._join(socket, ticket)
                joined.update(missing)
            self.socket = socket
            await asyncio.wait([socket.reading])
            self.history.add(
                "close",
                member=self.name,
                who=self.identity.id,
                conn=socket.number,
                code=socket.code,
            )
        finally:
            self.socket = None
            if hasattr(socket, "reading"):
                await socket.close()

    async def _join(self, socket, ticket):
        after = self.last.setdefault(ticket, 0)
        # The answer is taken in `_frame`, in its place among the events.
        self.asked[ticket] = after
        answer = await socket.ask("join", ticket=ticket, after=after)
        if answer["type"] == "error":
            self.paging.discard(ticket)
            if answer["code"] == "not_found":
                self.refused.add(ticket)
            elif answer["code"] != "conflict":
                await asyncio.sleep(0.3)
                await self._join(socket, ticket)

    async def follow(self, ticket):
        """Joins one more ticket, now or with the next connection."""
        self.last.setdefault(ticket, 0)
        if self.socket:
            await self._join(self.socket, ticket)

    def _again(self, socket, ticket):
        async def join():
            try:
                await self._join(socket, ticket)
            except Lost:
                pass

        self.paging.add(ticket)
        self.world.spawn(join())

    def _frame(self, socket, frame):
        match frame["type"]:
            case "event":
                self.frames += 1
                taken = self._event(socket.number, frame, "live")
                ticket = frame["ticket"]
                if not taken and ticket in self.last and ticket not in self.paging:
                    self._again(socket, ticket)
            case "joined":
                ticket = frame["ticket"]["id"]
                self.refused.discard(ticket)
                self.behind.discard(ticket)
                if frame["reset"]:
                    self.last[ticket] = 0
                self._joined(socket.number, ticket, frame, self.asked.get(ticket, 0))
                if frame["more"] and not frame["reset"]:
                    self._again(socket, ticket)
                else:
                    self.paging.discard(ticket)
            case "created":
                # Its author is in the room before they have asked for its events.
                ticket = frame["ticket"]["id"]
                self.paging.add(ticket)
                self.history.add("behind", member=self.name, conn=socket.number, ticket=ticket)
            case "behind":
                self.history.add(
                    "behind", member=self.name, conn=socket.number, ticket=frame["ticket"]
                )
                self._again(socket, frame["ticket"])
            case "removed":
                self.refused.add(frame["ticket"])
                self.history.add(
                    "removed",
                    member=self.name,
                    who=self.identity.id,
                    conn=socket.number,
                    ticket=frame["ticket"],
                )

    async def come_back(self, ticket):
        """Tries again to join a ticket that it may not have been allowed to see."""
        if self.socket and ticket in self.refused:
            await self._join(self.socket, ticket)

    def reset(self):
        if self.socket:
            self.socket.reset()

    def stop(self):
        self.task.cancel()


class Stream(Follower):
    """By event stream, of one ticket."""

    kind = "stream"

    async def _connect(self):
        (ticket,) = self.last
        connection = f"{self.name}-{next(self.numbers)}"
        after = self.last[ticket]
        path = f"/api/tickets/{ticket}/stream?lastEventId={after}"
        self.history.add("open", member=self.name, who=self.identity.id, conn=connection)
        async for line in Rest(self.identity, self.world.address).lines(path):
            name, _, value = line.partition(":")
            if name != "data":
                continue
            frame = json.loads(value)
            if frame["type"] == "event":
                if not self._event(connection, frame, "live"):
                    raise Lost("a gap")
            elif frame["type"] == "joined":
                if after and frame["ticket"]["seq"] >= after:
                    self.history.add("odd", text=f"joined instead of the events since {after}")
                self.last[ticket] = 0 if frame["reset"] or after else self.last[ticket]
                self._joined(connection, ticket, frame | {"reset": bool(after)}, after)
            elif frame["type"] == "behind":
                self.history.add("behind", member=self.name, conn=connection, ticket=ticket)
                raise Lost("behind")

    def stop(self):
        self.task.cancel()


class Poller(Follower):
    """By long poll, of one ticket."""

    kind = "poll"

    async def _connect(self):
        rest = Rest(self.identity, self.world.address)
        (ticket,) = self.last
        try:
            while not self.world.is_over:
                path = f"/api/tickets/{ticket}/events?after={self.last[ticket]}&wait=5&limit=500"
                after = self.last[ticket]
                answer = await rest.call("GET", path)
                if answer.status == 401:
                    raise Turned(401)
                if answer.status != 200:
                    raise Lost(str(answer.status))
                page = answer.json
                if page["reset"]:
                    self.last[ticket] = 0
                self._joined(self.name, ticket, page, after)
        finally:
            rest.close()

    def stop(self):
        self.task.cancel()
