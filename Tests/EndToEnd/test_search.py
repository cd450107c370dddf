"""Searches (docs/protocol.md 6.5): words in tickets and messages, the same on both stores."""

import concurrent.futures
import dataclasses
import json
import sqlite3

import pymongo
import pytest

from support import people
from support.hub import command
from support.observe import wait_until
from support.rest import assert_problem

CANARY = "zyzzyva"


def found(rest, query, **params):
    page = rest.get("/api/tickets", params={"q": query, **params}).json()
    assert sum(page["counts"]["status"].values()) >= len(page["tickets"])
    return [ticket["title"] for ticket in page["tickets"]]


def test_words_are_found_without_accents_and_by_their_beginning(hub, client, lina, admin):
    mine, theirs = hub.rest(client), hub.rest(admin)
    screen = mine.create("Écran bleu", description="Il s’allume, puis s’éteint.")
    plotter = mine.create("The plotter is offended", description="It says: zanzibar.")
    hub.rest(lina).say(screen["id"], "Le câble réseau est-il branché ? My colleague's œuvre.")
    mine.say(plotter["id"], "Still nothing.")
    for query, title in [
        ("ecran", "Écran bleu"),
        ("ÉCR", "Écran bleu"),
        ("bleu eteint", "Écran bleu"),
        ("CABLE reseau bran", "Écran bleu"),
        ("bleu cable", "Écran bleu"),
        ("oeuvre", "Écran bleu"),
        ("colleague", "Écran bleu"),
        ("zanz", "The plotter is offended"),
        ("nothing plotter", "The plotter is offended"),
        (plotter["ref"], "The plotter is offended"),
        (plotter["ref"].lower(), "The plotter is offended"),
        (plotter["ref"][2:], "The plotter is offended"),
    ]:
        assert found(theirs, query) == found(mine, query) == [title], query
    for query in ("anzibar", "zanz plotter nope", "plotter ecran", "plott is", "%", "*", '"', "🌻"):
        assert found(theirs, query) == [], query
    assert sorted(found(theirs, "Claire")) == ["The plotter is offended", "Écran bleu"]
    assert len(found(theirs, "")) == len(found(theirs, "  ")) == 2


def test_whoever_was_told_of_a_write_finds_it(hub, client, admin):
    """On MongoDB the acknowledgement does not wait for lists, words and counts."""
    mine, theirs = hub.rest(client), hub.rest(admin)
    talk = mine.create("Talk")["id"]
    for n in range(12):
        mine.say(talk, f"needle{n}")
        assert found(theirs, f"needle{n}") == ["Talk"]
        new = mine.create(f"thread{n}", project="atelier")
        page = mine.get("/api/tickets", params={"sort": "-createdAt"}).json()
        assert page["tickets"][0]["id"] == new["id"] and "asOf" not in page
        assert page["counts"]["status"]["open"] == n + 2
        assert theirs.get("/api/stats").json()["totals"]["created"] == n + 2
        theirs.patch(f"/api/tickets/{new['id']}", {"priority": "urgent"})
        assert len(found(theirs, "thread", priority="urgent")) == n + 1


def test_filters_narrow_a_search_and_pages_follow(hub, client, admin):
    mine, theirs = hub.rest(client), hub.rest(admin)
    tickets = [mine.create(f"gizmo {n}", priority=p) for n, p in enumerate(["low", "high"] * 4)]
    mine.create("something else")
    theirs.patch(f"/api/tickets/{tickets[0]['id']}", {"status": "resolved"})
    assert len(found(theirs, "gizmo")) == 8
    assert len(found(theirs, "giz", priority="low", status="open")) == 3
    page = theirs.get("/api/tickets", params={"q": "gizmo", "status": "open", "limit": 1}).json()
    assert page["counts"]["status"]["open"] == 7 and page["counts"]["status"]["resolved"] == 1
    seen, cursor = [], None
    while True:
        params = {"q": "gizmo", "sort": "-createdAt", "limit": 3}
        params |= {"cursor": cursor} if cursor else {}
        page = theirs.get("/api/tickets", params=params).json()
        seen += [ticket["title"] for ticket in page["tickets"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [f"gizmo {n}" for n in reversed(range(8))]


def test_no_search_of_a_client_knows_an_internal_note(hub, client, lina):
    mine, theirs = hub.rest(client), hub.rest(lina)
    ticket = mine.create("Visible")["id"]
    theirs.say(ticket, f"Between us: {CANARY}.", internal=True)
    theirs.say(ticket, "And this is for all to read.")
    for query in (CANARY, CANARY[:4], f"visible {CANARY}", f"{CANARY} read"):
        page = mine.get("/api/tickets", params={"q": query}).json()
        assert page["tickets"] == [] and not any(page["counts"]["status"].values())
        assert found(theirs, query) == ["Visible"]
    assert found(mine, "for all to re") == ["Visible"]
    stranger = hub.rest(people.client("Else", projects=("elsewhere",)))
    assert found(stranger, "visible") == []
    assert CANARY not in b"".join(mine.bodies).decode()


def test_a_new_title_is_found_at_once_and_the_old_one_no_more(hub, client):
    mine = hub.rest(client)
    ticket = mine.create("Old harpsichord")
    mine.patch(f"/api/tickets/{ticket['id']}", {"title": "New clavinova"})
    assert found(mine, "clavi") == ["New clavinova"]
    assert found(mine, "harpsichord") == []


def test_a_query_has_two_hundred_characters(hub_alone, client):
    mine = hub_alone.rest(client)
    assert found(mine, "é" * 200) == []
    refusal = mine.get("/api/tickets", params={"q": "é" * 201}, expect=None)
    assert_problem(refusal, 400, "too_large", field="q")


def test_a_queue_looks_for_words_in_snapshots(hub, client, admin):
    mine, live = hub.rest(client), hub.live(admin)
    first = mine.create("Gadget one")
    mine.say(first["id"], "Nothing about trumpets.")
    queue = live.ask("queue.join", filter={"q": "gadg"})
    assert [ticket["title"] for ticket in queue["tickets"]] == ["Gadget one"]
    assert live.ask("queue.join", filter={"q": "trumpets"})["tickets"] == []
    live.ask("queue.join", filter={"q": "gadg"})
    mine.create("Unrelated")
    mine.create("Gadget two")
    event = live.wait("queue.event")
    assert event["op"] == "upsert" and event["ticket"]["title"] == "Gadget two"


def test_many_searches_at_once_are_answered_or_refused_with_a_time(hub, client, admin):
    mine, theirs = hub.rest(client), hub.rest(admin)
    for number in range(20):
        mine.create(f"common word number {number}")

    def ask(_):
        answer = theirs.get("/api/tickets", params={"q": "common wor"}, expect=None)
        if answer.status_code in (429, 503):
            assert int(answer.headers["Retry-After"]) > 0
        else:
            assert len(answer.json()["tickets"]) == 20
        return answer.status_code

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        statuses = list(pool.map(ask, range(200)))
    assert set(statuses) <= {200, 429, 503} and 200 in statuses
    assert found(theirs, "common") and hub.is_running


def test_every_spelling_and_everybody_is_found(hub, client, lina, admin):
    mine, theirs = hub.rest(client, email="claire@example.org"), hub.rest(admin)
    ticket = mine.create("新しいプリンターが壊れた", description="οδός, Ёлка, مُحَمَّد, Wi‑Fi")
    upload = {"file": ("canary-photo.txt", b"hello")}
    file = mine.post("/api/upload", files=upload).json()["id"]
    mine.say(ticket["id"], "ﾊﾟｽﾜｰﾄﾞをﾘｾｯﾄ, e-mail, 새프린터고장", attachments=[file])
    theirs.patch(f"/api/tickets/{ticket['id']}", {"assignedTo": "me", "tags": ["vip"]})
    for query in (
        "プリンター", "ΟΔΟΣ", "елка", "محمد", "wifi", "パスワード", "email", "프린터", "canary-photo",
        admin.name, "atelier", f"Re: [{ticket['ref']}] nothing of this", f"T {ticket['ref'][2:]}",
        f"T–{ticket['ref'][2:]}", f"Ticket #{ticket['ref'][2:]}",
    ):  # fmt: skip
        assert found(theirs, query) == found(mine, query) == [ticket["title"]], query
    wait_until(lambda: found(theirs, "claire@example.org") == [ticket["title"]], "the address is known")
    assert found(theirs, "vip") == [ticket["title"]] and found(mine, "vip") == []
    assert found(mine, "claire@example.org") == []
    for query in ("日本", "壊新", "カナリア"):
        assert found(theirs, query) == [], query

    live = hub.live(admin)
    live.ask("queue.join", filter={"q": "Dupré"})
    renamed = dataclasses.replace(client, name="Zoé Dupré")
    again = hub.rest(renamed)
    again.say(ticket["id"], "Under another name.")
    assert live.wait("queue.event")["ticket"]["client"]["name"] == "Zoé Dupré"
    for query in ("dupre", client.name):
        wait_until(lambda: found(theirs, query) == [ticket["title"]], query)  # noqa: B023
    for ask in (f"/api/tickets/{ticket['id']}", f"/api/tickets?q={ticket['ref']}"):
        answer = theirs.get(ask).json()
        shown = answer["tickets"][0] if "tickets" in answer else answer
        assert shown["client"]["name"] == "Zoé Dupré"
    line = theirs.get("/api/export?format=jsonl&q=dupre").text.splitlines()[0]
    assert json.loads(line)["client"]["name"] == "Zoé Dupré"


def test_a_filters_value_may_have_commas(hub, admin):
    theirs = hub.rest(admin)
    both = theirs.create("both", project="Dupont, Martin", tags=["a,b"])
    theirs.create("one", project="Dupont", tags=["a"])
    theirs.create("two", project="Martin", tags=["b"], priority="high")
    for query, titles in [
        ("tag=a,b", {"one", "two"}),
        ("tag=a%2C%20b", {"one", "two"}),
        ("tag=a&tag=b", {"one", "two"}),
        ("tag[]=a%2Cb", {"both"}),
        ("tag%5B%5D=a,b&tag=b", {"both", "two"}),
        ("project[]=Dupont%2C+Martin", {"both"}),
        ("project[]=Dupont%2C+Martin&project[]=Martin", {"both", "two"}),
        ("project=Dupont,+Martin", {"one", "two"}),
        ("status=open,%20in_progress&priority[]=high", {"two"}),
        ("tag[]=", {"both", "one", "two"}),
    ]:
        page = theirs.get(f"/api/tickets?{query}").json()
        assert {ticket["title"] for ticket in page["tickets"]} == titles, query
        lines = theirs.get(f"/api/export?format=jsonl&{query}").text.splitlines()
        assert {json.loads(line)["title"] for line in lines} == titles, query
    refusal = theirs.get("/api/tickets?sort[]=urgency", expect=None)
    assert_problem(refusal, 400, "bad_request", field="sort[]")
    with theirs.get("/api/queue/stream?tag[]=a%2Cb", stream=True) as stream:
        data = next(line for line in stream.iter_lines(chunk_size=1) if line.startswith(b"data:"))
        assert [ticket["ref"] for ticket in json.loads(data[5:])["tickets"]] == [both["ref"]]


def test_an_export_with_words_takes_its_turn_among_the_searches(embedded, start_hub, admin):
    hub = start_hub(embedded, SEARCHES_PER_SECOND="1")
    theirs = hub.rest(admin)
    for number in range(3):
        theirs.create(f"gizmo {number}")

    def export(_):
        answer = theirs.get("/api/export?q=gizmo", expect=None)
        if answer.status_code == 200:
            assert len(answer.text.splitlines()) == 4
        else:
            assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
        return answer.status_code

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        assert set(pool.map(export, range(80))) == {200, 429}
    assert len(theirs.get("/api/export").text.splitlines()) == 4


def spoil_index(store):
    """Converts the search index to an earlier version."""
    if store.name == "sqlite":
        with sqlite3.connect(store.file) as database:
            database.execute("UPDATE search_state SET version = 1")
        database.close()
    else:
        with pymongo.MongoClient(store.server) as client:
            client[store.database]["search"].drop()
            client[store.database]["counters"].delete_one({"_id": "search"})


def test_a_store_without_an_index_gets_one_at_start(hub, start_hub, store, client, lina):
    mine = hub.rest(client)
    ticket = mine.create("Findable")["id"]
    hub.rest(lina).say(ticket, f"note {CANARY}", internal=True)
    hub.stop()
    spoil_index(store)
    again = start_hub(store)
    fresh = again.rest(client).create("Fresh")
    assert found(again.rest(client), "fresh") == ["Fresh"]
    wait_until(
        lambda: found(again.rest(lina), f"findable {CANARY}") == ["Findable"], "the index is whole"
    )
    assert found(again.rest(client), f"{fresh['ref']}") == ["Fresh"]
    assert found(again.rest(client), CANARY) == []
    assert found(again.rest(client), "find") == ["Findable"]


def test_a_repair_rebuilds_the_index(hub, start_hub, store, client):
    mine = hub.rest(client)
    ticket = mine.create("Findable")["id"]
    mine.say(ticket, "A word in a message")
    hub.stop()
    if store.name == "sqlite":
        with sqlite3.connect(store.file) as database:
            database.execute("INSERT INTO search (search) VALUES ('delete-all')")
            database.execute("DELETE FROM faces")
        database.close()
    else:
        with pymongo.MongoClient(store.server) as server:
            server[store.database]["search"].drop()
    done = command("check", "--store", store.uri, "--repair")
    assert done.returncode == 0, done.stderr
    again = start_hub(store).rest(client)
    assert found(again, "findable message") == ["Findable"]


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_what_was_acknowledged_is_found_after_a_restart(hub, client, how):
    mine = hub.rest(client)
    for number in range(5):
        ticket = mine.create(f"item{number}x")["id"]
        mine.say(ticket, f"message{number}y")
    getattr(hub, how)()
    hub.start()
    again = hub.rest(client)
    for number in range(5):
        assert found(again, f"item{number}x message{number}y") == [f"item{number}x"]
