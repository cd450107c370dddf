"""`guichet adopt`: the tickets of an old portal become tickets of the hub, against their truth."""

import json
import signal
import subprocess
import time
import urllib.parse

import pytest

from support import hub as guichet
from support import stores
from support.adopting import TICKETS, TIMEOUT_SECONDS, adopt, assert_same, export, report, run
from support.old_portal import Portal, broken_documents, cast
from support.old_portal.broken import insert

COUNT = TICKETS or 500
NOW = "2025-03-01T10:00:00.000Z"


def body(message):
    links = []
    for file in message["attachments"]:
        url = f"/uploads/{file['path']}"
        place = url if file["bare"] else f"{file['name']}: {url}"
        facts = ", ".join(FACTS.get(file["style"], said_of)(file))
        links.append(f"{place} ({facts})" if facts else place)
    return "\n\n".join(filter(None, [message["body"], "\n".join(links)]))


def said_of(file):
    return [file["type"], f"{file['size']} bytes"]


# What a style says of a file beside its place.
FACTS = {"kebab": lambda _: [], "french": lambda file: [file["type"]]}


def check(truth, events):
    """What the hub has of one ticket is what happened to it."""
    head, *rest = events
    ticket = head["head"]
    bare = truth["style"] == "kebab"
    for message in truth["messages"]:
        for file in message["attachments"]:
            file["bare"] = bare
            file["style"] = truth["style"]
    assert (head["kind"], head["at"]) == ("created", truth["createdAt"])
    for field in ("number", "title", "description", "category", "project", "tags"):
        # Titles are cleaned to one line.
        if field != "title" or (truth[field].isascii() and truth[field].isprintable()):
            assert ticket[field] == truth[field], field
    assert ticket["client"] == truth["client"]
    assert ticket["watchers"] == truth["watchers"]
    said = [e for e in rest if e.get("message") and not e.get("changes") and e["by"]["role"] != "system"]
    assert [
        (e["message"]["body"], e["message"]["internal"], e["by"]["id"], e["by"]["role"], e["at"])
        for e in said
    ] == [
        (body(m), m["internal"], m["author"]["id"], m["author"]["role"], m["at"])
        for m in truth["messages"]
    ]
    for message, event in zip(truth["messages"], said, strict=True):
        assert message["id"] in (None, event["message"]["id"])
    changed = [e for e in rest if e.get("changes")]
    assert [
        (field, value(pair["from"]), value(pair["to"]), e["by"]["id"], e["at"], note(e))
        for e in changed
        for field, pair in e["changes"].items()
    ] == [
        (line["field"], line["from"], line["to"], line["by"]["id"], line["at"], line["note"])
        for line in truth["history"]
    ]
    clocks = ticket["sla"]
    for event in rest:
        clocks = event.get("slaAfter") or clocks
    if truth["sla"]:
        assert clocks["deadlineAt"] == truth["sla"]["deadlineAt"]
        assert clocks["targetHours"] == truth["sla"]["targetHours"]
        assert clocks["pausedAt"] == truth["sla"]["pausedAt"]
        assert clocks["breached"] or not truth["sla"]["breached"]
        if truth["status"] in ("resolved", "closed"):
            assert clocks["resolvedAt"] == truth["sla"]["resolvedAt"]
            assert clocks["breached"] == truth["sla"]["breached"]


def value(end):
    return end["id"] if isinstance(end, dict) else end


def note(event):
    return (event.get("message") or {}).get("body", "")


def test_a_dry_run_writes_nothing_and_understands_ten_styles(old, tmp_path):
    Portal(COUNT).fill(old.database)
    store = stores.SQLite(tmp_path)
    found = report(old.uri, "--users", "users", "--store", store.uri)
    assert found["tickets"] == COUNT
    assert found["messages"] == sum(len(t["messages"]) for t in Portal(COUNT).truths())
    assert all(value["mappedTo"] for value in found["values"])
    assert {(v["field"], v["value"], v["mappedTo"]) for v in found["values"]} >= {
        ("status", "En cours", "in_progress"),
        ("status", "IN_PROGRESS", "in_progress"),
        ("status", "in-progress", "in_progress"),
        ("priority", "Élevée", "high"),
    }
    assert found["defaulted"]["project"] > 0
    assert found["unknownFields"] == [] and found["bad"] == []
    assert not store.file.exists()
    said = adopt(old.uri, "--users", "users", store=store)
    assert "--write" in said.stderr and f"{COUNT} tickets" in said.stdout


def test_tickets_are_what_they_were(old, store, tmp_path):
    Portal(COUNT).fill(old.database)
    adopt(old.uri, "--users", "users", "--write", store=store)
    logs = export(store, tmp_path / "export.jsonl")
    truths = {truth["id"]: truth for truth in Portal(COUNT).truths()}
    assert logs.keys() == truths.keys()
    for id, truth in truths.items():
        check(truth, logs[id])
    assert ": ok" in run("check", "--store", store.uri).stdout
    verified = adopt(old.uri, "--users", "users", "--verify", store=store)
    assert f"compared {COUNT} tickets" in verified.stdout and ": equal" in verified.stdout


def test_killed_at_any_point_it_goes_on_and_doubles_nothing(old, store, tmp_path):
    Portal(COUNT).fill(old.database)
    whole = stores.SQLite(tmp_path)
    adopt(old.uri, "--users", "users", "--write", store=whole)
    order = [guichet.BINARY, "adopt", old.uri, "--users", "users", "--write", "--store", store.uri]
    kills = 0
    for wanted in (1, COUNT * 4, COUNT * 8):
        running = subprocess.Popen(
            order, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=guichet.environment()
        )
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while running.poll() is None and written(store) < wanted:
            time.sleep(0.01)
            assert time.monotonic() < deadline
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
            kills += 1
        running.wait()
    assert kills > 0
    adopt(old.uri, "--users", "users", "--write", store=store)
    assert_same(store, whole, tmp_path)
    assert ": ok" in run("check", "--store", store.uri).stdout
    again = adopt(old.uri, "--users", "users", "--write", store=store)
    assert "adopted 0 tickets, 0 events" in again.stderr
    assert f"{COUNT} tickets were there already" in again.stderr


def test_a_hub_that_starts_after_a_kill_has_all_that_was_written(
    old, store, start_hub, admin, tmp_path
):
    Portal(COUNT).fill(old.database)
    order = [guichet.BINARY, "adopt", old.uri, "--users", "users", "--write", "--store", store.uri]
    running = subprocess.Popen(
        order, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=guichet.environment()
    )
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while running.poll() is None and written(store) < COUNT * 3:
        time.sleep(0.01)
        assert time.monotonic() < deadline
    running.kill()
    running.wait()
    hub = start_hub(store)
    desk, listed, after = hub.rest(admin), set(), {}
    while after is not None:
        asked = {"limit": 100, "sort": "createdAt", **after}
        page = desk.get("/api/tickets", params=asked).json()
        listed |= {ticket["id"] for ticket in page["tickets"]}
        after = {"cursor": page["next"]} if page["next"] else None
    hub.stop()
    assert listed == export(store, tmp_path / "export.jsonl").keys()
    # Lists, search and reports too are what the logs say.
    assert ": ok" in run("check", "--store", store.uri).stdout


def written(store):
    try:
        return store.count()
    except Exception:
        return 0  # no store yet


def test_bad_documents_are_named_and_the_rest_is_adopted(old, store, tmp_path):
    size = {} if TICKETS else {"messages": 3000, "megabytes": 1}
    broken = broken_documents(**size)
    insert(old.database["tickets"], broken)
    stopped = adopt(old.uri, "--write", store=store, expect=1)
    assert "Nothing was written" in stopped.stderr
    assert written(store) == 0
    found = report(old.uri, expect=1)
    named = {one["_id"] for one in found["bad"]}
    named |= {id for v in found["values"] if not v["mappedTo"] for id in v["examples"]}
    for one in broken:
        if not isinstance(one.id, dict):
            assert (str(one.id) in named) != one.adopted, one.name
    adopt(old.uri, "--write", "--keep-going", store=store, expect=1)
    logs = export(store, tmp_path / "export.jsonl")
    assert set(logs) == {str(one.id) for one in broken if one.adopted}
    assert ": ok" in run("check", "--store", store.uri).stdout
    largest = next(one for one in broken if one.name == "largest")
    assert len(logs[str(largest.id)]) == size.get("messages", 100_000) + 1


def test_a_map_says_what_a_value_becomes(old, store, tmp_path):
    old.database["tickets"].insert_one(
        {"etape": "escaladé N3", "createdAt": NOW, "title": "T", "client": "ann"}
    )
    choice = tmp_path / "map.json"
    fields = {"fields": {"status": "etape"}}
    choice.write_text(json.dumps(fields))
    adopt(old.uri, "--map", choice, "--write", store=store, expect=1)
    choice.write_text(json.dumps({**fields, "values": {"status": {"escaladé N3": "in_progress"}}}))
    adopt(old.uri, "--map", choice, "--write", store=store)
    (events,) = export(store, tmp_path / "export.jsonl").values()
    assert [e["changes"]["status"]["to"] for e in events if e.get("changes")] == ["in_progress"]


def test_an_adopted_ticket_opens_by_its_old_id_and_notifies_no_one(old, store, start_hub, admin):
    Portal(20).fill(old.database)
    adopt(old.uri, "--users", "users", "--write", store=store)
    hub = start_hub(store)
    desk = hub.rest(admin)
    for truth in Portal(20).truths():
        ticket = desk.get(f"/api/tickets/{truth['id']}").json()
        assert (ticket["ref"], ticket["status"]) == (f"T-{truth['number']}", truth["status"])
    assert desk.get("/api/notifications").json()["notifications"] == []
    word = next(w for w in truth["messages"][0]["body"].split() if len(w) > 6 and w.isalpha())
    assert desk.get(f"/api/tickets?q={urllib.parse.quote(word)}").json()["tickets"]
    before = store.count()
    client = truth["client"]["id"]
    desk.say(truth["id"], f"Hello {client}", internal=True)
    assert store.count() == before + 1


def test_projects_keep_their_ids_and_show_their_names(old, store, start_hub, admin):
    Portal(20).fill(old.database)
    adopt(old.uri, "--projects", "projects", "--write", store=store)
    names = {str(project["_id"]): project["name"] for project in cast.PROJECT_DOCUMENTS}
    listed = start_hub(store).rest(admin).get("/api/projects").json()["projects"]
    shown = {project["id"]: project["name"] for project in listed}
    assert shown == {id: names.get(id, id) for id in shown} and shown.keys() & names.keys()
    assert ": ok" in run("check", "--store", store.uri).stdout


def test_json_lines_are_adopted(store, tmp_path):
    lines = tmp_path / "desk.jsonl"
    lines.write_text(
        "\n".join(
            json.dumps(line)
            for line in [
                {"type": "person", "id": "zoe", "name": "Zoé Lefèvre", "role": "client"},
                {"type": "person", "id": "hugo", "name": "Hugo Petit", "role": "technician"},
                {"type": "ticket", "id": "57", "number": 1057, "title": "Écran noir",
                 "status": "in_progress", "client": "zoe", "assignedTo": "hugo", "createdAt": NOW},
                {"type": "ticket", "id": "58", "title": "Two", "status": "closed",
                 "client": "zoe", "createdAt": NOW, "closedAt": "2025-03-02T10:00:00.000Z"},
                {"type": "message", "ticket": "58", "author": "zoe", "text": "Two", "at": NOW},
                {"type": "message", "ticket": "57", "author": "hugo", "text": "Le câble.",
                 "internal": True, "at": "2025-03-01T10:12:00.000Z"},
                {"type": "change", "ticket": "57", "field": "status", "from": "open",
                 "to": "in_progress", "by": "hugo", "at": "2025-03-01T10:10:00.000Z"},
            ]
        )
    )
    adopt(lines, "--write", store=store)
    logs = {e[0]["head"]["number"]: e for e in export(store, tmp_path / "e.jsonl").values()}
    assert logs.keys() == {1057, 1058}
    assert [e["kind"] for e in logs[1057]] == ["created", "change", "change", "message"]
    assert logs[1057][0]["head"]["client"]["name"] == "Zoé Lefèvre"
    assert logs[1057][3]["message"]["internal"]
    assert logs[1058][-1]["at"] == 1_740_909_600_000
    adopt(lines, "--verify", store=store)
    lines.write_text(lines.read_text() + '\n{"type":"message","ticket":"99","text":"?","at":"x"}\n')
    assert "99" in adopt(lines, expect=1).stdout


def test_verify_names_what_differs(old, store):
    Portal(30).fill(old.database)
    adopt(old.uri, "--users", "users", "--write", store=store)
    tickets = old.database["tickets"]
    one = tickets.find_one({"messages.0.content": {"$exists": True}})
    tickets.update_one({"_id": one["_id"]}, {"$set": {"messages.0.content": "edited"}})
    gone = tickets.find_one({"_id": {"$ne": one["_id"]}})
    gone["_id"] = type(gone["_id"])()
    gone["number"] = 999
    tickets.insert_one(gone)
    said = adopt(old.uri, "--users", "users", "--verify", store=store, expect=1).stdout
    assert f"{one['_id']}: message 1: the text" in said
    assert f"{gone['_id']}: it is not in the store" in said
    assert "differences in 2 tickets" in said

def changes(event, field):
    """A line of the history that changes this field."""
    return field in (event.get("changes") or {}) and event["by"]["role"] != "system"


def is_said(event):
    return bool(event.get("message")) and not event.get("changes") and event["by"]["role"] != "system"


# What is damaged: an event of the ticket that has it, how it is damaged, and what `--verify` says.
DAMAGES = {
    "text": (is_said, lambda e: e["message"].update(body="Damaged"), ": the text"),
    "note": (
        lambda e: is_said(e) and e["message"]["internal"],
        lambda e: e["message"].update(internal=False),
        ": internal or not",
    ),
    "status": (
        lambda e: changes(e, "status") and e["changes"]["status"]["to"] != "open",
        lambda e: e["changes"]["status"].update(to="open"),
        ": the status is open and not ",
    ),
    "assignee": (
        lambda e: changes(e, "assignedTo"),
        lambda e: e["changes"]["assignedTo"].update(
            to={"id": "nobody", "name": "Nobody", "role": "technician"}
        ),
        ": the assignee",
    ),
    "watchers": (
        lambda e: bool(e.get("head") and e["head"]["watchers"]),
        lambda e: e["head"].update(watchers=[]),
        ": the watchers",
    ),
    "deadline": (
        lambda e: any(clocks.get("deadlineAt") for clocks in clocks_of(e)),
        lambda e: [clocks.update(deadlineAt=clocks["startedAt"]) for clocks in clocks_of(e)],
        ": the deadline",
    ),
    "history": (
        lambda e: changes(e, "priority"),
        lambda e: e["changes"]["priority"].update(to=e["changes"]["priority"]["from"]),
        " of the history: priority",
    ),
    "author of a change": (
        lambda e: changes(e, "status"),
        lambda e: e["by"].update(id="somebody"),
        " of the history: the author",
    ),
    "number": (
        lambda e: bool(e.get("head")),
        lambda e: e["head"].update(number=e["head"]["number"] + 1000),
        ": the number is ",
    ),
}


def clocks_of(event):
    return filter(None, [(event.get("head") or {}).get("sla"), event.get("slaAfter")])


def test_verify_names_each_kind_of_damage(old, store, tmp_path):
    Portal(100, style="canonical", files=False).fill(old.database)
    adopt(old.uri, "--users", "users", "--write", store=store)
    logs = export(store, tmp_path / "export.jsonl")
    damaged = {}
    for kind, (has, damage, _) in DAMAGES.items():
        id, last = next(
            (id, found[-1]["seq"])
            for id, events in logs.items()
            if id not in damaged and (found := [e for e in events if has(e)])
        )
        damaged[id] = kind
        every = kind == "deadline"
        store.alter(id, lambda e: (every or e["seq"] == last) and damage(e))  # noqa: B023
    said = adopt(old.uri, "--users", "users", "--verify", store=store, expect=1).stdout
    for id, kind in damaged.items():
        lines = [line for line in said.splitlines() if line.startswith(id)]
        assert any(DAMAGES[kind][2] in line for line in lines), (kind, said)
    assert f"in {len(DAMAGES)} tickets" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["adopt"],
        ["adopt", "mongodb://127.0.0.1:9/old?serverSelectionTimeoutMS=200"],
        ["adopt", "/no/such/file.jsonl"],
        ["adopt", "x.jsonl", "--write", "--verify"],
        ["adopt", "x.jsonl", "--map", "/no/such/map.json"],
        ["adopt", "x.jsonl", "--sore", "sqlite:x.db"],
    ],
)
def test_a_wrong_call_and_a_database_that_is_away_are_exit_code_2(arguments):
    ended = run(*arguments, expect=2)
    assert ended.stderr.startswith("guichet: ")
