"""Access rights: each role, each call, each relation to a ticket, over REST and WebSocket.

The matrix says for every cell whether it must succeed. A hidden ticket must answer like a
missing one: the same status, code and text, for every call.
"""

import json

import pytest

from support import people
from support.live import Refused
from support.observe import log_lines, metric, wait_for_line, wait_until

NOWHERE = "f" * 24
CANARY = "canary-acc-41d7"


class Cast:
    """Tickets and their people. `sees` is the table for all checks."""

    def __init__(self, hub):
        self.author = people.client("Author", projects=["shared"])
        self.neighbour = people.client("Neighbour", projects=["shared"])
        self.stranger = people.client("Stranger", projects=["other"])
        self.watcher = people.client("Watcher", projects=["other"])
        self.assignee = people.technician("Assignee")
        self.idle = people.technician("Idle")
        self.observer = people.technician("Observer")
        self.boss = people.admin("Boss")
        self.everyone = [
            self.author,
            self.neighbour,
            self.stranger,
            self.watcher,
            self.assignee,
            self.idle,
            self.observer,
            self.boss,
        ]
        for someone in self.everyone:  # people are those seen in tokens
            hub.rest(someone).get("/api/me")
        author, boss = hub.rest(self.author), hub.rest(self.boss)
        # The note and the tag are internal: no client may see the canary.
        self.free = author.create(title="Free", project="shared")
        self.taken = author.create(title="Taken", project="shared")
        self.watched = author.create(title="Watched", project="shared")
        self.tickets = [self.free, self.taken, self.watched]
        for ticket in self.tickets:
            boss.say(ticket["id"], CANARY, internal=True)
            boss.patch(f"/api/tickets/{ticket['id']}", {"tags": [CANARY]})
        for ticket in (self.taken, self.watched):
            boss.patch(f"/api/tickets/{ticket['id']}", {"assignedTo": self.assignee.id})
        watchers = [self.watcher.id, self.observer.id]
        boss.patch(f"/api/tickets/{self.watched['id']}", {"watchers": watchers})

    def sees(self, someone, ticket):
        if someone in (self.boss, self.assignee, self.author, self.neighbour):
            return True
        if someone is self.stranger:
            return False
        if someone is self.watcher:
            return ticket is self.watched
        return ticket is self.free or (someone is self.observer and ticket is self.watched)


def reading_calls(id):
    return [
        ("GET", f"/api/tickets/{id}", None),
        ("HEAD", f"/api/tickets/{id}", None),
        ("GET", f"/api/tickets/{id}/events", None),
        ("GET", f"/api/tickets/{id}/events?after=0&limit=500", None),
        ("GET", f"/api/tickets/{id}/events?before=2", None),
        ("GET", f"/api/tickets/{id}/events?after=999", None),
        ("POST", f"/api/tickets/{id}/read", {"seq": 1}),
    ]


def staff_calls(id, cast):
    """The calls for staff only, with the answer for staff who see the ticket."""
    return [
        ("POST", f"/api/tickets/{id}", {"body": CANARY, "internal": True}),
        ("PATCH", f"/api/tickets/{id}", {"priority": "high"}),
        ("PATCH", f"/api/tickets/{id}", {"category": "request"}),
        ("PATCH", f"/api/tickets/{id}", {"tags": [CANARY]}),
        ("PATCH", f"/api/tickets/{id}", {"targetHours": 5}),
        ("PATCH", "/api/tickets", {"id": id, "priority": "low"}),
    ]


def common_calls(id):
    return [
        ("POST", f"/api/tickets/{id}", {"body": "A word."}),
        ("POST", f"/api/tickets/{id}", {"body": "With set.", "set": {"title": "T"}}),
        ("PATCH", f"/api/tickets/{id}", {"title": "Another"}),
        ("PATCH", "/api/tickets", {"id": id, "title": "Yet another"}),
    ]


@pytest.fixture
def cast(hub):
    return Cast(hub)


@pytest.fixture
def hub(store, start_hub):
    return start_hub(store, ["--log", "json"], COMMANDS_PER_SECOND=0)


def problem(answer, *ids):
    """A refusal without the parts that repeat the request."""
    text = answer.text
    for id in ids:
        text = text.replace(id, "ID")
    return answer.status_code, text


def test_the_matrix_over_rest(hub, cast):
    asked = 0
    told = []
    # Each round asks by id and by ref, in both spellings of a ticket.
    for someone in cast.everyone:
        rest = hub.rest(someone)
        absent = {
            (method, template): problem(call(rest, method, template.format(NOWHERE), body), NOWHERE)
            for method, template, body in templates(cast)
        }
        for ticket in cast.tickets:
            for name in (ticket["id"], ticket["ref"]):
                for method, template, body in templates(cast):
                    answer = call(rest, method, template.format(name), filled(body, name))
                    asked += 1
                    expected = verdict(cast, someone, ticket, method, body)
                    if expected == "absent":
                        same = absent[method, template]
                        if problem(answer, name) != same or answer.status_code != 404:
                            told.append((someone.name, ticket["title"], method, template, answer.text))
                    elif expected == "forbidden":
                        if answer.status_code != 403:
                            told.append((someone.name, ticket["title"], method, body, answer.text))
                    elif answer.status_code not in (200, 201, 204):
                        told.append((someone.name, ticket["title"], method, body, answer.text))
        if someone.role == "client":
            assert not any(CANARY.encode() in body for body in rest.bodies), someone
    assert told == [], told[:3]
    assert asked >= 700
    wait_for_line(hub, "authz_denied", code="not_found", over="rest", ip="127.0.0.1")
    hub.rest(cast.author).patch(f"/api/tickets/{NOWHERE}", {"title": "x"}, expect=404)

    def is_logged():
        # Only ten lines a second are written for one cause.
        hub.rest(cast.author).get("/api/queue/stream", expect=403)
        return any(
            (line["ev"], line.get("code"), line.get("over"), line.get("user"))
            == ("authz_denied", "forbidden", "rest", cast.author.id)
            for line in log_lines(hub)
        )

    wait_until(is_logged, "a line about the refused stream")
    assert metric(hub, 'http_rejected_total{status="404"}') > 50


def templates(cast):
    calls = reading_calls("{}") + staff_calls("{}", cast) + common_calls("{}")
    return [(m, p, b) for m, p, b in calls]


def filled(body, name):
    return body | {"id": name} if body and "id" in body else body


def call(rest, method, path, body):
    if body and "id" in body:
        body = body | {"id": NOWHERE if body["id"] == "{}" else body["id"]}
    return rest.call(method, path, json=body)


STAFF_ONLY = {"internal", "priority", "category", "tags", "targetHours"}


def verdict(cast, someone, ticket, method, body):
    if not cast.sees(someone, ticket):
        return "absent"
    if someone.role == "client" and body:
        if STAFF_ONLY & body.keys():
            return "forbidden"
        # A title is for its author to edit.
        if ("title" in body or "set" in body) and someone is not cast.author:
            return "forbidden"
    return "done"


WS_COMMANDS = [
    ("join", {}),
    ("join", {"after": 0}),
    ("join", {"after": 999}),
    ("message", {"body": "A word."}),
    ("message", {"body": CANARY, "internal": True}),
    ("message", {"body": "x", "set": {"title": "T"}}),
    ("update", {"set": {"title": "Another"}}),
    ("update", {"set": {"priority": "high"}}),
    ("update", {"set": {"category": "request"}}),
    ("update", {"set": {"tags": [CANARY]}}),
    ("update", {"set": {"targetHours": 5}}),
]


def test_the_matrix_over_websocket(hub, cast):
    asked, told = 0, []
    for someone in cast.everyone:
        live = hub.live(someone)
        absent = {
            json.dumps(c): refusal(live, c[0], {**c[1], "ticket": NOWHERE}) for c in WS_COMMANDS
        }
        for ticket in cast.tickets:
            for name in (ticket["id"], ticket["ref"]):
                for type, fields in WS_COMMANDS:
                    error = refusal(live, type, {**fields, "ticket": name})
                    asked += 1
                    expected = verdict(
                        cast, someone, ticket, type, fields.get("set") and
                        ({"set": 1} if type == "message" else fields["set"]) or fields
                    )
                    case = (someone.name, ticket["title"], type, fields, error)
                    if expected == "absent" and error != absent[json.dumps([type, fields])]:
                        told.append(case)
                    if expected == "forbidden" and (error or {}).get("code") != "forbidden":
                        told.append(case)
                    if expected == "done" and error:
                        told.append(case)
                live.ask("leave", ticket=ticket["id"]) if cast.sees(someone, ticket) else None
        if someone.role == "client":
            assert refusal(live, "queue.join", {})["code"] == "forbidden"
            assert CANARY not in "".join(live.raw).replace(f'"body":"{CANARY}"', ""), someone
    assert told == [], told[:3]
    assert asked >= 500
    wait_for_line(hub, "authz_denied", code="not_found", over="ws")


def refusal(live, type, fields):
    """The error of a command without the parts that repeat the request, or None."""
    try:
        live.ask(type, **fields)
    except Refused as refused:
        return {k: v for k, v in refused.frame.items() if k not in ("re", "missed")}
    return None


def test_typing_and_read_marks_of_people_outside_the_room_are_ignored(hub, cast):
    inside, outside = hub.live(cast.author), hub.live(cast.stranger)
    ticket = cast.taken["id"]
    inside.join(ticket)
    for type, fields in (
        ("typing", {"on": True}),
        ("read", {"seq": 1}),
        ("view", {"focus": True}),
        ("leave", {}),
    ):
        id = outside.send(type, ticket=ticket, **fields)
        assert outside.wait("error", re=id)["code"] == "not_found"
    inside.settle()
    for type in ("typing", "read"):
        assert inside.taken_so_far(type) == []


def test_lists_streams_and_pages_hold_only_what_may_be_seen(hub, cast):
    for someone in cast.everyone:
        rest = hub.rest(someone)
        seen = {snapshot["id"] for snapshot in rest.get("/api/tickets?limit=200").json()["tickets"]}
        assert seen == {t["id"] for t in cast.tickets if cast.sees(someone, t)}, someone
        found = rest.get(f"/api/tickets?q={CANARY}").json()["tickets"]
        if someone.role == "client":
            assert found == []
        for ticket in cast.tickets:
            expected = 200 if cast.sees(someone, ticket) else 404
            stream = rest.get(f"/api/tickets/{ticket['id']}/stream", expect=None, stream=True)
            assert stream.status_code == expected, (someone, ticket["title"])
            stream.close()
        queue = rest.get("/api/queue/stream", expect=None, stream=True)
        assert queue.status_code == (403 if someone.role == "client" else 200)
        queue.close()
        if someone.role == "client":
            assert not any(CANARY.encode() in body for body in rest.bodies)


def test_without_a_token_every_call_is_refused(hub, cast):
    nobody = hub.rest(cast.boss)
    nobody.session.headers.pop("Authorization")
    for ticket in cast.tickets:
        for method, template, body in templates(cast):
            answer = call(nobody, method, template.format(ticket["id"]), filled(body, ticket["id"]))
            assert answer.status_code == 401
    for path in ("me", "users", "projects", "tickets", "queue/stream", "sla/preview"):
        assert nobody.get(f"/api/{path}", expect=None).status_code == 401


@pytest.mark.parametrize("toggles", [30])
def test_access_that_comes_and_goes_is_exact(hub, cast, toggles):
    """When a ticket changes hands, the previous reader sees no later event."""
    losing, moving = hub.live(cast.idle), hub.live(cast.boss)
    ticket = cast.free["id"]
    for number in range(toggles):
        losing.join(ticket)
        moving.ask("update", ticket=ticket, set={"assignedTo": cast.assignee.id})
        moving.message(ticket, f"{CANARY}-hidden-{number}")
        id = losing.send("message", ticket=ticket, body="still here?")
        assert losing.wait("error", re=id)["code"] == "not_found"
        losing.wait("removed", ticket=ticket)
        losing.settle()
        assert f"hidden-{number}" not in "".join(losing.raw)
        moving.ask("update", ticket=ticket, set={"assignedTo": None})
        losing.raw.clear()
