"""What happened to one ticket of the old portal, apart from how it was written down.

Everything in a story could have happened by the hub's rules: a client who answers on a waiting
ticket ends the waiting, a resolved ticket that gets an answer is open again.
"""

import dataclasses
import random

import bson

from support.old_portal import cast

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
START_MS = 1_735_689_600_000  # 2025-01-01T00:00:00Z
EVERY_MS = 7 * MINUTE_MS
TARGET_HOURS = {"urgent": 4, "high": 8, "normal": 24, "low": 72}
PRIORITIES = list(TARGET_HOURS)
CATEGORIES = ["incident", "request", "change"]
ENDINGS = ["open", "in_progress", "waiting", "resolved", "closed", "reopened"]
TAGS = ["facture", "livraison", "réseau", "vip", "नमस्ते"]


@dataclasses.dataclass
class File:
    name: str
    path: str
    type: str

    @property
    def content(self):
        return f"The bytes of {self.path}\n".encode() * 20


@dataclasses.dataclass
class Said:
    """A message; a note when it is internal."""

    id: bson.ObjectId
    author: cast.Member
    body: str
    at: int
    internal: bool = False
    files: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Changed:
    """A line of the history. `before` and `after` are a word, or a member for an assignment."""

    field: str
    before: object
    after: object
    by: cast.Member
    at: int
    note: str = ""


@dataclasses.dataclass
class Story:
    index: int
    id: bson.ObjectId
    title: str
    description: str
    project: str
    client: cast.Member
    priority: str
    category: str
    created: int
    status: str = "open"
    assigned: cast.Member = None
    watchers: list = dataclasses.field(default_factory=list)
    tags: list = dataclasses.field(default_factory=list)
    messages: list = dataclasses.field(default_factory=list)
    history: list = dataclasses.field(default_factory=list)
    paused_at: int = None
    resolved_at: int = None
    updated: int = 0

    @property
    def number(self):
        """Tickets are numbered in the order of their creation."""
        return self.index + 1

    @property
    def target_hours(self):
        return TARGET_HOURS[self.priority]

    @property
    def deadline(self):
        return self.created + self.target_hours * HOUR_MS

    @property
    def breached(self):
        return (self.resolved_at or self.updated) > self.deadline


class Teller:
    """Makes stories out of conversations; the same index and seed give the same story."""

    def __init__(self, conversations, seed, files=True):
        self.conversations = conversations
        self.seed = seed
        self.files = files

    def story(self, index):
        told = Telling(self.conversations, index, random.Random(f"{self.seed}/{index}")).story
        if not self.files:
            for said in told.messages:
                said.files = []
        return told


class Telling:
    def __init__(self, conversations, index, chance):
        self.chance = chance
        conversation = conversations[index % len(conversations)]
        first, *turns = conversation["turns"]
        priority = chance.choice(PRIORITIES)
        # An ObjectId begins with its time, as in a real collection.
        created = START_MS + index * EVERY_MS
        id = bson.ObjectId(
            (created // 1000).to_bytes(4, "big") + chance.randbytes(5) + index.to_bytes(3, "big")
        )
        self.story = Story(
            index=index,
            id=id,
            title=first["body"][:80].strip() or "…",
            description=first["body"],
            project=conversation["project"],
            client=chance.choice(cast.CLIENT_MEMBERS),
            priority=priority,
            category=chance.choice(CATEGORIES),
            created=created,
        )
        self.now = created
        self.technician = chance.choice(cast.TECHNICIAN_MEMBERS)
        self.tell(turns)

    def tell(self, turns):
        chance, story = self.chance, self.story
        story.watchers = chance.sample(cast.TECHNICIAN_MEMBERS, chance.choice([0, 0, 1, 2]))
        story.tags = chance.sample(TAGS, chance.choice([0, 1, 2]))
        ending = chance.choice(ENDINGS)
        for turn in turns:
            self.turn(turn, may_take=ending != "open")
        self.end(ending)
        story.updated = self.now

    def wait(self):
        self.now += self.chance.randint(1, 90 * MINUTE_MS)

    def turn(self, turn, may_take):
        chance, story = self.chance, self.story
        self.wait()
        if turn["role"] == "client":
            if story.status == "waiting":
                self.change("status", "in_progress", story.client)
            return self.say(story.client, turn["body"])
        if may_take and story.assigned is None:
            self.change("assignedTo", self.technician, self.technician)
            self.change("status", "in_progress", self.technician, note="Je prends" * chance.randint(0, 1))
        self.say(self.technician, turn["body"])
        match chance.randrange(12):
            case 0:
                self.wait()
                self.say(self.technician, f"Note interne : vérifier {turn['body'][:40]}", internal=True)
            case 1:
                self.wait()
                other = chance.choice([p for p in PRIORITIES if p != story.priority])
                self.change("priority", other, chance.choice(cast.ADMIN_MEMBERS))
            case 2 if story.status == "in_progress":
                self.wait()
                self.change("status", "waiting", self.technician, note="Waiting for the client")
            case 3 if story.assigned:
                self.wait()
                other = chance.choice(
                    [m for m in cast.TECHNICIAN_MEMBERS if m is not story.assigned]
                )
                self.change("assignedTo", other, self.technician)
                self.technician = other

    def end(self, ending):
        story = self.story
        if story.assigned is None:
            if ending in ("in_progress", "waiting"):
                self.change("status", ending, cast.ADMIN_MEMBERS[0])
        if ending in ("waiting", "in_progress") and story.status != ending:
            self.wait()
            self.change("status", ending, self.technician)
        if ending in ("resolved", "closed", "reopened"):
            self.wait()
            self.change("status", "resolved", self.technician, note="Réglé")
        if ending == "closed":
            self.wait()
            self.change("status", "closed", cast.ADMIN_MEMBERS[0])
        if ending == "reopened":
            self.wait()
            self.change("status", "in_progress" if story.assigned else "open", story.client)
            self.say(story.client, "It is back.")

    def say(self, author, body, internal=False):
        chance, story = self.chance, self.story
        place = len(story.messages)
        files = []
        if chance.randrange(15) == 0:
            name = chance.choice(["photo é.png", "log.txt", "facture.pdf"])
            types = {"png": "image/png", "txt": "text/plain", "pdf": "application/pdf"}
            path = f"{story.index % 100:02}/{story.id}-{place}-{name}"
            files = [File(name, path, types[name.split(".")[-1]])]
        id = cast.object_id(story.id, place)
        story.messages.append(Said(id, author, body, self.now, internal, files))

    def change(self, field, after, by, note=""):
        story = self.story
        before = story.assigned if field == "assignedTo" else getattr(story, field)
        if before == after:
            return
        story.history.append(Changed(field, before, after, by, self.now, note))
        if field == "assignedTo":
            story.assigned = after
            return
        setattr(story, field, after)
        if field == "status":
            story.paused_at = self.now if after == "waiting" else None
            if after == "resolved":
                story.resolved_at = self.now
            elif after != "closed":
                story.resolved_at = None
