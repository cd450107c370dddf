"""Everybody who takes part in a run, and what they share."""

import asyncio
import itertools
import random

from history.members import Member, Poller, Stream
from history.wire import Identity, Lost, Rest
from history.writers import Writer
from support import people

CLIENTS = 6
TECHNICIANS = 3
ADMINS = 3
PROJECTS = 4
TICKETS_PER_CLIENT = 2
#: Of the tickets that are opened during a run, so many are followed by everybody.
FOLLOWED_MAX = 24


class World:
    def __init__(self, history, seed, guests, pause_seconds):
        self.history = history
        self.seed = seed
        self.guest_count = guests
        self.pause_seconds = pause_seconds
        self.is_begun = False
        self.is_quiet = False
        self.is_over = False
        self.members = []
        self.writers = []
        self.tasks = set()
        self.guests = []
        self.tickets = []
        self.failure = None
        self.numbers = itertools.count(1)

    def random_for(self, name):
        return random.Random(f"{self.seed} {name}")

    def address(self):
        return self.stage.address()

    def spawn(self, work):
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        task.add_done_callback(self.notice_end)

    def notice_end(self, task):
        """A fault of the test itself must not pass for silence."""
        if not task.cancelled() and task.exception() and not self.failure:
            self.failure = task.exception()

    async def begin(self, stage, revoked):
        self.stage = stage
        self.revoked = revoked
        stage.world = self
        self.clients = [
            self._identity("client", (f"atelier-{n % PROJECTS}",)) for n in range(CLIENTS)
        ]
        self.technicians = [self._identity("technician") for _ in range(TECHNICIANS)]
        self.admins = [self._identity("admin") for _ in range(ADMINS)]
        self.technician_ids = [one.id for one in self.technicians]
        self.boss = self._identity("admin")
        self.boss_rest = Rest(self.boss, stage.address)
        for one in (*self.clients, *self.technicians, *self.admins):
            await self._introduce(one)
        await self._open_tickets()
        self._cast()

    def _identity(self, role, projects=()):
        """A new person, the same in every run."""
        number = next(self.numbers)
        someone = people.Person(f"{role}-{number}", role, f"{role.title()} {number}", projects)
        return Identity(someone, self.history)

    async def _introduce(self, identity):
        """The hub knows only people whose token it has seen."""
        rest = Rest(identity, self.stage.address)
        assert (await rest.call("GET", "/api/me")).status == 200
        rest.close()

    async def _open_tickets(self):
        self.of_client = {}
        for number, client in enumerate(self.clients * TICKETS_PER_CLIENT):
            writer = Writer(self, client, None, [], 0)
            command = {"op": f"first-{number}", "f": "create", "ticket": None, "acks": []}
            command |= {"tries": 0, "fields": writer._create(f"first-{number}")}
            assert await writer._try(command) == "ok", "the first tickets"
            writer.rest.close()
        self.tickets = [r["ticket"] for r in self.history.records if r["type"] == "ok"]
        for number, ticket in enumerate(self.tickets):
            project = self.clients[number % CLIENTS].person.projects
            for client in self.clients:
                if client.person.projects == project:
                    self.of_client.setdefault(client.id, []).append(ticket)

    def _cast(self):
        for client in self.clients:
            tickets = self.of_client[client.id]
            self._writer(client, self._member(client, tickets), tickets)
        for staff in (*self.technicians, *self.admins):
            self._writer(staff, self._member(staff, self.tickets), list(self.tickets))
        watchers = [self._identity("admin") for _ in range(2)]
        for watcher in watchers:
            self._member(watcher, self.tickets)
        client, hot = self.clients[0], self.tickets[0]
        self.followers = [
            Stream(self, watchers[0], [hot]),
            Stream(self, client, [hot]),
            Poller(self, client, [hot]),
            Poller(self, watchers[1], [self.tickets[1]]),
        ]
        for _ in range(self.guest_count):
            self.guests.append(self._member(self._identity("admin"), self.tickets[:3]))

    def _member(self, identity, tickets):
        member = Member(self, identity, tickets)
        self.members.append(member)
        return member

    def _writer(self, identity, member, tickets):
        self.writers.append(Writer(self, identity, member, tickets, self.pause_seconds))

    def start(self):
        self.is_begun = True
        for one in (*self.members, *self.followers, *self.writers):
            one.start()

    async def welcome(self, ticket, author):
        """A ticket that was opened during the run."""
        if not self.is_begun or len(self.tickets) >= FOLLOWED_MAX or ticket in self.tickets:
            return
        self.tickets.append(ticket)
        if author.is_client:
            self.of_client[author.id].append(ticket)
        for writer in self.writers:
            if not writer.identity.is_client and ticket not in writer.tickets:
                writer.tickets.append(ticket)
        for member in self.members[:]:
            if member in self.guests or (member.identity.is_client and member.identity != author):
                continue
            try:
                await member.follow(ticket)
            except Lost:
                pass  # It is in the list that the next connection joins.

    def revoke_one(self):
        """Takes one guest's token back. The history says when the hub could know."""
        guest = self.guests.pop()
        self.members.remove(guest)
        with self.revoked.open("a") as file:
            file.write(f"{guest.identity.id}\n")
        self.history.add("revoked", who=guest.identity.id)
        self.revoked_members = [*getattr(self, "revoked_members", []), guest]
        return guest.identity.id

    def everybody(self):
        """Those who must have seen everything in the end."""
        return [*self.members, *self.followers]
