"""Those who send commands. Each person sends one command at a time, over WebSocket or REST, with a
key; a command whose fate is unknown is sent again under the same key, sometimes never."""

import asyncio
import hashlib

from history.wire import CANARY, Lost, Rest

# How often a person does what; the numbers are weights.
CLIENT_WORK = {
    "message": 70,
    "upload": 2,
    "title": 4,
    "state": 5,
    "watch": 4,
    "events": 8,
    "mark": 4,
    "create": 2,
}
STAFF_WORK = {
    "message": 48,
    "note": 18,
    "upload": 2,
    "title": 4,
    "tags": 4,
    "state": 6,
    "assign": 6,
    "watch": 4,
    "events": 6,
    "mark": 4,
    "create": 1.5,
    "redact": 0.3,
    "search": 1,
}
RESENT = 0.04
# Of commands that the hub says it has not written: so many are never sent again, and must stay
# absent. Of those whose fate is unknown: so many.
GIVEN_UP_DENIED = 0.5
GIVEN_UP_UNKNOWN = 0.15
FILE_BYTES = 3000
# What the hub says only where it knows that nothing was written.
DENIAL = "Nothing was written"


class Writer:
    def __init__(self, world, identity, member, tickets, pause_seconds):
        self.world = world
        self.identity = identity
        self.history = world.history
        self.member = member
        self.tickets = tickets
        self.pause_seconds = pause_seconds
        self.random = world.random_for(f"writer {identity.id}")
        self.rest = Rest(identity, world.address)
        self.work = dict(CLIENT_WORK if identity.is_client else STAFF_WORK)
        if identity.person.role == "technician":
            # As the client of a ticket a technician may see it in two ways, by turns.
            del self.work["create"]
        self.count = 0
        self.pending = []
        self.said = []  # (ticket, seq) of own messages, for redactions

    def start(self):
        self.task = asyncio.create_task(self._run(), name=f"writer {self.identity.id}")
        self.task.add_done_callback(self.world.notice_end)

    async def _run(self):
        while not self.world.is_quiet:
            await asyncio.sleep(self.random.expovariate(1 / self.pause_seconds))
            if self.pending and self.random.random() < 0.7:
                await self._settle(self.pending.pop(0))
            else:
                await self._step()
        while self.pending and not self.world.is_over:
            await self._settle(self.pending.pop(0))
            await asyncio.sleep(0.05)
        self.rest.close()

    async def _step(self):
        what = self.random.choices(list(self.work), self.work.values())[0]
        ticket = self._a_ticket()
        if self.member and self.member.refused and self.random.random() < 0.2:
            try:
                await self.member.come_back(self.random.choice(sorted(self.member.refused)))
            except Lost:
                return
        match what:
            case "events":
                await self._read_events(ticket)
            case "mark":
                await self._mark(ticket)
            case "search":
                await self._search()
            case "redact":
                await self._redact()
            case _:
                command = await self._command(what, ticket)
                if command:
                    await self._settle(command)

    def _a_ticket(self):
        # A few tickets are busy, as on a desk.
        weights = [1 / (n + 1) ** 1.1 for n in range(len(self.tickets))]
        return self.random.choices(self.tickets, weights)[0]

    async def _command(self, what, ticket):
        self.count += 1
        key = f"{self.identity.id}-{self.count}"
        fields = getattr(self, f"_{what}")(key) if what != "upload" else self._message(key)
        command = {
            "op": key,
            "f": what,
            "ticket": None if what == "create" else ticket,
            "fields": fields,
            "tries": 0,
            "acks": [],
        }
        if what == "upload":
            file = await self._send_file(key)
            if file is None:
                return None
            command["fields"]["attachments"] = [file]
        return command

    # What each kind of command says. Each has something that no other one has.

    def _message(self, key):
        return {
            "body": f"{key} {self.random.choice(('Bonjour.', 'Still so.', 'Thanks, déjà vu.'))}"
        }

    def _note(self, key):
        return {"body": f"{key} {CANARY} for colleagues", "internal": True}

    def _title(self, key):
        return {"set": {"title": f"Title {key}"}}

    def _tags(self, key):
        return {"set": {"tags": [f"{CANARY}-{key}"]}}

    def _state(self, key):
        if self.identity.is_client:
            return {"action": self.random.choice(("resolve", "reopen"))}
        return {"action": self.random.choice(("take", "release", "wait", "resolve", "reopen"))}

    def _assign(self, key):
        return {"set": {"assignedTo": self.random.choice([*self.world.technician_ids, None])}}

    def _watch(self, key):
        if self.identity.is_client:
            return {"set": {"watchers": self.random.choice(([], ["me"]))}}
        others = self.random.sample(self.world.technician_ids, self.random.choice((0, 0, 1)))
        return {"set": {"watchers": [*others, *self.random.choice(([], ["me"]))]}}

    def _create(self, key):
        projects = self.identity.person.projects or ("atelier-0",)
        return {
            "set": {
                "title": f"Title {key}",
                "description": f"{key} happens since this morning.",
                "category": "incident",
                "priority": self.random.choice(("low", "normal", "high", "urgent")),
                "project": self.random.choice(projects),
            }
        }

    async def _send_file(self, key):
        # Bytes that nothing else has.
        data = (hashlib.sha256(key.encode()).hexdigest() * (FILE_BYTES // 64)).encode()
        part = (
            f'--guichet\r\nContent-Disposition: form-data; name="file"; filename="{key}.txt"\r\n'
            "Content-Type: text/plain\r\n\r\n"
        )
        body = part.encode() + data + b"\r\n--guichet--\r\n"
        headers = [
            ("Content-Type", "multipart/form-data; boundary=guichet"),
            ("Idempotency-Key", f"{key}-file"),
        ]
        try:
            answer = await self.rest.call("POST", "/api/upload", body, headers)
        except Lost:
            return None
        if answer.status != 201:
            return None
        file = answer.json["id"]
        self.history.add("file", op=key, file=file, sha=hashlib.sha256(data).hexdigest())
        return file

    # The way of a command.

    async def _settle(self, command):
        """Sends it once more, and keeps it if it is to be sent again."""
        outcome = await self._try(command)
        if outcome == "ok":
            if self.random.random() < RESENT and command["tries"] < 3:
                self.pending.append(command)
        elif outcome == "denied":
            if self.world.is_quiet or self.random.random() >= GIVEN_UP_DENIED:
                self.pending.append(command)
        elif outcome == "unknown":
            if self.world.is_quiet or self.random.random() >= GIVEN_UP_UNKNOWN:
                self.pending.append(command)
        if outcome in ("denied", "unknown"):
            await asyncio.sleep(self.random.uniform(0.05, 0.4))

    async def _try(self, command):
        command["tries"] += 1
        live = bool(self.member and self.member.socket) and self.random.random() < 0.75
        self.history.add(
            "invoke",
            op=command["op"],
            who=self.identity.id,
            f=command["f"],
            ticket=command["ticket"],
            via="ws" if live else "rest",
            **({"fields": command["fields"]} if command["tries"] == 1 else {}),
        )
        try:
            result = await (self._by_socket(command) if live else self._by_rest(command))
        except Lost as lost:
            result = ("unknown", {"why": str(lost)})
        outcome, told = result
        self.history.add(outcome, op=command["op"], who=self.identity.id, **told)
        if outcome == "ok":
            await self._after(command, told)
        return outcome

    async def _after(self, command, told):
        if command["f"] == "create":
            await self.world.welcome(told["ticket"], self.identity)
        elif command["f"] == "message" and told.get("seq"):
            self.said.append((command["ticket"], told["seq"]))

    async def _by_socket(self, command):
        type = {"create": "create", "message": "message", "note": "message", "upload": "message"}
        fields = dict(command["fields"], key=command["op"])
        if command["ticket"]:
            fields["ticket"] = command["ticket"]
        answer = await self.member.socket.ask(type.get(command["f"], "update"), **fields)
        match answer["type"]:
            case "ack":
                told = {"seq": answer["seq"], "message": answer.get("messageId")}
            case "created":
                told = {"seq": 1, "ticket": answer["ticket"]["id"]}
            case "error":
                return refusal(answer["code"], answer["message"])
        return "ok", told | {"replayed": answer.get("replayed", False)}

    async def _by_rest(self, command):
        ticket, fields = command["ticket"], dict(command["fields"])
        key = [("Idempotency-Key", command["op"])]
        if command["f"] == "create":
            answer = await self.rest.call("POST", "/api/tickets", fields["set"], key)
        elif "body" in fields:
            answer = await self.rest.call("POST", f"/api/tickets/{ticket}", fields, key)
        else:
            flat = {**fields.pop("set", {}), **fields, "key": command["op"]}
            answer = await self.rest.call("PATCH", f"/api/tickets/{ticket}", flat)
        if answer.status >= 400:
            problem = answer.json
            return refusal(problem["code"], problem["detail"])
        told = answer.json
        replayed = told.get("replayed", False)
        if command["f"] == "create":
            return "ok", {"seq": 1, "ticket": told["id"], "replayed": replayed}
        if "event" in told:
            event, message = told["event"], told["message"]
            return "ok", {
                "seq": event and event["seq"],
                "message": message and message["id"],
                "replayed": replayed,
            }
        # The answer is the ticket as it is, so the number of the event is not known.
        return "ok", {"seq": None, "replayed": replayed}

    # Questions.

    async def _read_events(self, ticket):
        began = self.history.now()
        try:
            answer = await self.rest.call("GET", f"/api/tickets/{ticket}/events?limit=1")
        except Lost:
            return
        if answer.status == 200:
            self.history.add(
                "read",
                who=self.identity.id,
                ticket=ticket,
                began=began,
                staff=not self.identity.is_client,
                seq=answer.json["seq"],
            )

    async def _mark(self, ticket):
        seq = self.member.last.get(ticket, 0) if self.member else 0
        if not seq:
            return
        try:
            answer = await self.rest.call("POST", f"/api/tickets/{ticket}/read", {"seq": seq})
        except Lost:
            return
        if answer.status == 204:
            self.history.add("marked", who=self.identity.id, ticket=ticket, seq=seq)

    async def _search(self):
        try:
            answer = await self.rest.call("GET", f"/api/tickets?q={self.identity.id}-1&limit=5")
        except Lost:
            return
        self.history.add("searched", who=self.identity.id, status=answer.status)

    async def _redact(self):
        if not self.said:
            return
        ticket, seq = self.said.pop(self.random.randrange(len(self.said)))
        self.count += 1
        key = f"{self.identity.id}-{self.count}"
        self.history.add(
            "invoke",
            op=key,
            who=self.identity.id,
            f="redact",
            ticket=ticket,
            redacts=seq,
            via="rest",
        )
        path = f"/api/tickets/{ticket}/messages/{seq}/redact"
        try:
            answer = await self.rest.call("POST", path, {"reason": "a trial", "key": key})
        except Lost as lost:
            return self.history.add("unknown", op=key, who=self.identity.id, why=str(lost))
        if answer.status == 200:
            event = answer.json["event"]
            self.history.add("ok", op=key, who=self.identity.id, seq=event and event["seq"])
        else:
            # 503 may mean that the words are gone and traces are left.
            self.history.add("unknown", op=key, who=self.identity.id, why=answer.status)


def refusal(code, words):
    if code != "unavailable":
        return "fail", {"code": code}
    if DENIAL in words:
        return "denied", {"code": code}
    return "unknown", {"why": words[:80]}
