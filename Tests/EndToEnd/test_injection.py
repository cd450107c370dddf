"""Operators, quotes and search syntax as data: both stores treat them as text or refuse them."""

import itertools
import unicodedata

import pytest

from support import people
from support.live import Refused
from support.rest import assert_problem

OPERATORS = [
    {"$ne": None},
    {"$gt": ""},
    {"$regex": ".*"},
    {"$where": "sleep(5000)"},
    {"$expr": {"$eq": [1, 1]}},
    {"$in": ["incident"]},
    ["incident", {"$ne": 1}],
    {"title": {"$ne": None}},
    {"$oid": "0" * 24},
    {"toString": "x"},
]
TEXTS = [
    "' OR '1'='1",
    "'; DROP TABLE events; --",
    '" OR ""="',
    "%",
    "_",
    "\\",
    "a%' ESCAPE '!",
    "x' UNION SELECT data FROM events --",
    "NULL",
    "(a OR b",
    'NEAR("a" "b", 5)',
    "title:secret",
    "a* AND NOT b",
    "^a",
    '"unbalanced',
    "-- /* */",
    "{$ne: null}",
    '{"$gt": ""}',
    "$where",
    "tags.$[]",
    "head.client.id",
    "[0-9]+",
    "(a+)+$",
    ".*",
    "[[:alpha:]",
    "\u0000",
    "\u202e\ufeff",
    "é" * 200,
    "${7*7}",
    "{{7*7}}",
]
TICKET = {
    "title": "Short",
    "description": "Short too.",
    "category": "incident",
    "priority": "normal",
    "project": "atelier",
}
SETTABLE = ["title", "category", "priority", "project", "status", "assignedTo", "tags", "watchers"]


@pytest.fixture
def secret(hub):
    """A ticket that the attacker may not see."""
    return hub.rest(people.client("Other", projects=["elsewhere"])).create(
        title="The secret", project="elsewhere"
    )


def test_operators_are_not_values_over_rest(hub, secret, client, admin):
    mine, all_seeing = hub.rest(client), hub.rest(admin)
    own = mine.create()["id"]
    for field, value in itertools.product([*TICKET, "clientId"], OPERATORS):
        answer = mine.post("/api/tickets", TICKET | {field: value}, expect=None)
        assert_problem(answer, (400, 403), ("bad_request", "forbidden")[answer.status_code == 403])
    for field, value in itertools.product([*SETTABLE, "targetHours", "id"], OPERATORS):
        if field in ("tags", "watchers") and isinstance(value, list):
            continue
        answer = all_seeing.patch(f"/api/tickets/{own}", {field: value}, expect=None)
        assert answer.status_code in (400, 404), (field, value, answer.text)
    for field in ("body", "internal", "mentions", "action", "set", "baseSeq", "force", "key"):
        for value in OPERATORS:
            if field == "set" and isinstance(value, list):
                continue
            answer = all_seeing.post(f"/api/tickets/{own}", {field: value}, expect=None)
            assert answer.status_code == 400, (field, value, answer.text)
    assert mine.get("/api/tickets").json()["tickets"][0]["title"] == "The printer eats paper"
    assert len(all_seeing.events(own)["events"]) == 1
    assert all_seeing.get("/readyz").text == "ready\n"


def test_operators_are_no_values_over_websocket(start_hub, store, client, admin):
    hub = start_hub(store, COMMANDS_PER_SECOND=0)
    own = hub.rest(client).create()["id"]
    live = hub.live(admin)
    frames = [
        ("join", {"ticket": None}),
        ("join", {"ticket": own, "after": None}),
        ("message", {"ticket": None, "body": "x"}),
        ("message", {"ticket": own, "body": None}),
        ("message", {"ticket": own, "body": "x", "key": None}),
        ("message", {"ticket": own, "body": "x", "mentions": None}),
        ("update", {"ticket": own, "set": None}),
        ("update", {"ticket": own, "action": None}),
        ("create", {"set": None}),
        ("auth", {"token": None}),
        ("read", {"ticket": own, "seq": None}),
    ]
    for (type, fields), value in itertools.product(frames, OPERATORS):
        filled = {k: value if v is None else v for k, v in fields.items()}
        with pytest.raises(Refused) as refusal:
            live.ask(type, **filled)
        assert refusal.value.code in ("bad_request", "not_found", "unauthorized"), filled
    for key, value in itertools.product(("status", "project", "q", "$where"), OPERATORS):
        with pytest.raises(Refused) as refusal:
            live.ask("queue.join", filter={key: value})
        assert refusal.value.code == "bad_request", (key, value)
    assert live.join(own)["seq"] == 1


def test_search_and_filters_take_any_text_as_text(hub, secret, client):
    mine = hub.rest(client)
    mine.create(title="Mine")
    names = ("q", "status", "priority", "category", "project", "client", "assignedTo", "tag", "sla")
    names += ("sort", "cursor", "limit", "watching")
    for name, text in itertools.product(names, TEXTS):
        answer = mine.get("/api/tickets", params={name: text}, expect=None)
        assert answer.status_code in (200, 400), (name, text, answer.text)
        assert "secret" not in answer.text.lower().replace("title:secret", "")
    for text in TEXTS:
        for path in (f"/api/tickets/{text}", f"/api/tickets/{text}/events"):
            answer = mine.get(path.replace("\x00", "%00"), expect=None)
            assert answer.status_code in (400, 404), (path, answer.text)
    for name in ("status[$ne]", "q[$regex]", "$where", "client.id", "__proto__"):
        answer = mine.get("/api/tickets", params={name: "x"}, expect=None)
        assert_problem(answer, 400, "bad_request")


DIRECTIONS = "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


def one_line(text):
    """A title: in NFC, on one line, without marks of direction and what cannot be seen around it."""
    kept = "".join(c for c in text if unicodedata.category(c) != "Cc" and c not in DIRECTIONS)
    return unicodedata.normalize("NFC", kept).strip(" \u00a0\u200b\u2060\u3164\u2800")


def test_any_text_comes_back_as_it_was_sent(hub, client):
    mine = hub.rest(client)
    for text in TEXTS:
        ticket = mine.post("/api/tickets", TICKET | {"title": text, "description": text}, expect=None)
        if ticket.status_code == 400:
            assert "\u0000" in text or not one_line(text)
            continue
        snapshot = ticket.json()
        assert (snapshot["title"], snapshot["description"]) == (one_line(text), text)
        said = mine.say(snapshot["id"], text, key=text[:40])
        assert said["message"]["body"] == text
        again = mine.say(snapshot["id"], text, key=text[:40])
        assert again["message"]["id"] == said["message"]["id"]
        assert mine.events(snapshot["id"])["events"][1]["message"]["body"] == text
    found = mine.get("/api/tickets", params={"q": "DROP TABLE"}).json()["tickets"]
    assert [snapshot["title"] for snapshot in found] == ["'; DROP TABLE events; --"]


def test_a_person_named_like_an_operator_is_just_a_person(hub, secret):
    for id in ("' OR 1=1 --", '{"$ne":null}', "$where", "a.b", "%", "*"):
        odd = people.Person(id, "client", id, projects=(id,))
        rest = hub.rest(odd)
        assert rest.get("/api/tickets").json()["tickets"] == []
        ticket = rest.create(project=id)
        assert [t["id"] for t in rest.get("/api/tickets").json()["tickets"]] == [ticket["id"]]
        assert hub.live(odd).join(ticket["id"])["ticket"]["client"]["id"] == id
