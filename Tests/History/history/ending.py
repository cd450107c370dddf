"""The end of a run: everything is healed, everybody catches up, and what the store holds is written
into the history by every way there is."""

import asyncio
import hashlib
import json
import time

from history import stages
from history.record import digest
from history.wire import Lost, Rest
from support import hub as hubs
from support.observe import samples

HEAL_SECONDS = 90
CATCH_UP_SECONDS = 60
NORMAL_SECONDS = 2
QUIET_COMMANDS = 20
WORDS_MAX = 40
ADDED_UP_SECONDS = 8


async def until(holds, seconds, what):
    deadline = time.monotonic() + seconds
    while True:
        answer = await holds()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what}")
        await asyncio.sleep(0.1)


class Ending:
    def __init__(self, world, stage):
        self.world = world
        self.stage = stage
        self.history = world.history
        self.boss = world.boss_rest

    async def run(self):
        await self._heal()
        await asyncio.sleep(NORMAL_SECONDS)
        self.world.is_quiet = True
        await self._wait_for_writers()
        await self._catch_up()
        self.tickets = await self._lists()
        await self._views()
        await self._marks_and_files()
        await self._search()
        await self._account()
        await self._leave()
        await self._truth()

    async def _heal(self):
        if isinstance(self.stage, stages.MongoStage):
            await self.stage.all_well()
        began = self.history.now()
        await until(self._is_ready, HEAL_SECONDS, "the hub to be ready")
        self.history.add("healed", seconds=round(self.history.now() - began, 3))

    async def _is_ready(self):
        try:
            return (await self.boss.call("GET", "/readyz")).status == 200
        except Lost:
            return False

    async def _wait_for_writers(self):
        waiting = [writer.task for writer in self.world.writers]
        _, late = await asyncio.wait(waiting, timeout=HEAL_SECONDS)
        for task in late:
            self.history.add("odd", text=f"{task.get_name()} still waits for an answer")
            task.cancel()

    async def _catch_up(self):
        """Waits until each follower has the newest event that its person can see."""
        self.newest = {}
        for one in self.world.everybody():
            if one.identity.id not in self.newest:
                self.newest[one.identity.id] = await self._newest_of(one)
        deadline = time.monotonic() + CATCH_UP_SECONDS
        for one in self.world.everybody():
            while time.monotonic() < deadline and not self._has_all(one):
                await asyncio.sleep(0.1)
            want = self.newest[one.identity.id]
            self.history.add(
                "followed",
                member=one.name,
                who=one.identity.id,
                role=one.identity.person.role,
                seqs={t: [seq, want.get(t)] for t, seq in one.last.items()},
            )

    def _has_all(self, one):
        refused = getattr(one, "refused", ())
        want = self.newest[one.identity.id]
        return all(seq >= want.get(t, 0) for t, seq in one.last.items() if t not in refused)

    async def _newest_of(self, one):
        rest, newest = Rest(one.identity, self.stage.address), {}
        for ticket in self.world.tickets:
            answer = await rest.call("GET", f"/api/tickets/{ticket}/events?limit=1")
            if answer.status == 200:
                newest[ticket] = answer.json["seq"]
        rest.close()
        return newest

    async def _lists(self):
        """Every ticket that is listed, with its number of events."""
        listed, cursor = {}, ""
        while cursor is not None:
            path = "/api/tickets?sort=createdAt&limit=200" + (f"&cursor={cursor}" if cursor else "")
            page = (await self.boss.call("GET", path)).json
            for head in page["tickets"]:
                listed[head["id"]] = head
            cursor = page["next"]
        for ticket, head in listed.items():
            told = {name: head[name] for name in ("seq", "sla", "status")}
            self.history.add("listed", ticket=ticket, now=time.time(), **told)
        return listed

    async def _events(self, rest, ticket):
        events, after = [], 0
        while True:
            answer = await rest.call("GET", f"/api/tickets/{ticket}/events?after={after}&limit=500")
            if answer.status != 200:
                return None
            events += answer.json["events"]
            if not answer.json["more"]:
                return events
            after = events[-1]["seq"]

    async def _views(self):
        """The whole log of every ticket as everybody sees it."""
        seen = {one.identity.id: one.identity for one in self.world.everybody()}
        for identity in (self.world.boss, *seen.values()):
            is_boss = identity is self.world.boss
            if identity.person.role == "admin" and not is_boss:
                continue  # The same as the boss's.
            rest = Rest(identity, self.stage.address)
            for ticket in self.tickets if is_boss else self.world.tickets:
                events = await self._events(rest, ticket)
                if events is not None:
                    chain = [[e["seq"], e["prev"], digest(e)] for e in events]
                    who = "boss" if is_boss else identity.id
                    self.history.add("view", who=who, ticket=ticket, events=chain)
            rest.close()

    async def _marks_and_files(self):
        for ticket in self.world.tickets:
            member = next(m for m in self.world.members if m.identity.person.role == "admin")
            if member.socket:
                answer = await member.socket.ask(
                    "join", ticket=ticket, after=member.last.get(ticket, 0)
                )
                if answer["type"] == "joined":
                    reads = {read["by"]["id"]: read["seq"] for read in answer["reads"]}
                    self.history.add("reads", ticket=ticket, reads=reads)
        for record in [r for r in self.history.records if r["type"] == "file"]:
            answer = await self.boss.call("GET", f"/api/files/{record['file']}")
            sha = hashlib.sha256(answer.body).hexdigest() if answer.status == 200 else None
            self.history.add(
                "fetched", op=record["op"], file=record["file"], status=answer.status, sha=sha
            )

    async def _search(self):
        """Words of messages that were acknowledged; each is in one ticket only."""
        said = {
            r["op"]: r["ticket"]
            for r in self.history.records
            if r["type"] == "invoke" and r["f"] == "message"
        }
        acked = [r["op"] for r in self.history.records if r["type"] == "ok" and r["op"] in said]
        step = max(1, len(acked) // WORDS_MAX)
        for op in acked[::step]:
            word = op.replace("-", "%20")
            answer = await self.boss.call("GET", f"/api/tickets?q={word}&limit=200&sort=createdAt")
            found = [head["id"] for head in answer.json["tickets"]] if answer.status == 200 else []
            self.history.add(
                "found", op=op, ticket=said[op], status=answer.status, found=said[op] in found
            )

    async def _account(self):
        """A few commands whose outcome is known, beside what the hub counts of them."""
        before = await self._settled()
        acknowledged = 0
        ticket = self.world.tickets[0]
        for number in range(QUIET_COMMANDS):
            fields = {"body": f"quiet {number}", "internal": True}
            key = [("Idempotency-Key", f"quiet-{number}")]
            self.history.add(
                "invoke",
                op=f"quiet-{number}",
                who=self.world.boss.id,
                f="note",
                ticket=ticket,
                via="rest",
                fields=fields,
            )
            answer = await self.boss.call("POST", f"/api/tickets/{ticket}", fields, key)
            if answer.status == 201:
                acknowledged += 1
                self.history.add(
                    "ok",
                    op=f"quiet-{number}",
                    who=self.world.boss.id,
                    seq=answer.json["event"]["seq"],
                )
        for member in self.world.members:
            if member.socket:
                await member.socket.ask("ping")
        after = await self._counted()
        # The hub adds up its counters once a second.
        deadline = time.monotonic() + ADDED_UP_SECONDS
        while not agree(before, after) and time.monotonic() < deadline:
            await asyncio.sleep(0.3)
            after = await self._counted()
        self.history.add("accounts", acknowledged=acknowledged, before=before, after=after)

    async def _settled(self):
        """The counts once nothing moves: alarms may still come, and the hub adds up its counters
        once a second."""
        before = await self._counted()
        for _ in range(8):
            await asyncio.sleep(1.2)
            counted = await self._counted()
            if counted | {"commands_total": 0} == before | {"commands_total": 0}:
                break
            before = counted
        return before

    async def _counted(self):
        page = (await self.boss.call("GET", "/metrics")).body.decode()
        counted = samples(page)
        stored = sum(head["seq"] for head in (await self._heads()))
        return {
            "events_total": counted["events_total"],
            "commands_total": counted["commands_total"],
            "deliveries_total": counted["deliveries_total"],
            "websockets": counted["websockets"],
            "stored": stored,
            "frames": sum(
                m.frames for m in (*self.world.members, *getattr(self.world, "revoked_members", []))
            ),
            "open": sum(1 for m in self.world.members if m.socket),
        }

    async def _heads(self):
        heads, cursor = [], ""
        while cursor is not None:
            path = "/api/tickets?sort=createdAt&limit=200" + (f"&cursor={cursor}" if cursor else "")
            page = (await self.boss.call("GET", path)).json
            heads += page["tickets"]
            cursor = page["next"]
        return heads

    async def _leave(self):
        """Everybody goes; what the process holds then is its own."""
        self.world.is_over = True
        for one in self.world.everybody():
            one.stop()
        await asyncio.sleep(0.5)
        pid = self.stage.hub.process.pid

        async def is_empty():
            page = (await self.boss.call("GET", "/metrics")).body.decode()
            return samples(page)["connections"] <= 1

        try:
            await until(is_empty, 15, "an empty hub")
        except AssertionError:
            self.history.add("odd", text="connections remain")
        self.history.add("quiet", when="end", **measure(pid))
        self.boss.close()
        await self.stage.end_hub()

    async def _truth(self):
        """What the store holds, without a hub."""
        uri = self.stage.store.uri
        check = await asyncio.to_thread(hubs.command, "check", "--store", uri, timeout=300)
        said = (check.stdout + check.stderr).strip().splitlines()
        self.history.add("check", code=check.returncode, said=said[-32:])
        export = await asyncio.to_thread(hubs.command, "export", "--store", uri, timeout=300)
        self.history.add("exported", code=export.returncode, said=export.stderr[-300:])
        for line in export.stdout.splitlines():
            one = json.loads(line)
            if "ticket" in one and "events" in one:
                events = [truth_of(event) for event in one["events"]]
                self.history.add("truth", ticket=one["ticket"], events=events)


def agree(before, after):
    return all(
        after[counted] - before[counted] == after[ours] - before[ours]
        for counted, ours in (("events_total", "stored"), ("deliveries_total", "frames"))
    )


def truth_of(event):
    """The fields of a stored event that the checkers look at."""
    message = event.get("message") or {}
    head = event.get("head") or {}
    told = {
        "seq": event["seq"],
        "prev": event.get("publicPrev"),
        "by": event["by"]["id"],
        "cause": event["cause"],
        "kind": event["kind"],
        "key": event.get("key"),
        "body": message.get("body") if message else head.get("description"),
        "internal": message.get("internal"),
        "message": message.get("id"),
        "files": [one["id"] for one in message.get("attachments") or []],
        "changes": event.get("changes"),
        "sla": event.get("sla"),
        "redacts": (event.get("redaction") or {}).get("seq"),
        "public": event.get("isPublic"),
    }
    return {name: value for name, value in told.items() if value not in (None, [])}


def measure(pid):
    from support.observe import descriptors, resident_bytes

    try:
        return {"rss": resident_bytes(pid), "fds": descriptors(pid)}
    except (OSError, AttributeError):  # It has just ended.
        return {"rss": 0, "fds": 0}
