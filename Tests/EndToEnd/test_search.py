"""Searches (CONTRACT §5): words in heads and messages, the same on both stores."""

import concurrent.futures
import sqlite3

import pymongo
import pytest

from support import people
from support.hub import command
from support.rest import assert_problem

CANARY = "zyzzyva"


def found(rest, query, **params):
    page = rest.get("/api/tickets", params={"q": query, **params}).json()
    assert sum(page["counts"]["status"].values()) >= len(page["tickets"])
    return [head["title"] for head in page["tickets"]]


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


def test_filters_narrow_a_search_and_pages_follow(hub, client, admin):
    mine, theirs = hub.rest(client), hub.rest(admin)
    heads = [mine.create(f"gizmo {n}", priority=p) for n, p in enumerate(["low", "high"] * 4)]
    mine.create("something else")
    theirs.patch(f"/api/tickets/{heads[0]['id']}", {"status": "resolved"})
    assert len(found(theirs, "gizmo")) == 8
    assert len(found(theirs, "giz", priority="low", status="open")) == 3
    page = theirs.get("/api/tickets", params={"q": "gizmo", "status": "open", "limit": 1}).json()
    assert page["counts"]["status"]["open"] == 7 and page["counts"]["status"]["resolved"] == 1
    seen, cursor = [], None
    while True:
        params = {"q": "gizmo", "sort": "-createdAt", "limit": 3}
        params |= {"cursor": cursor} if cursor else {}
        page = theirs.get("/api/tickets", params=params).json()
        seen += [head["title"] for head in page["tickets"]]
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
    head = mine.create("Old harpsichord")
    mine.patch(f"/api/tickets/{head['id']}", {"title": "New clavinova"})
    assert found(mine, "clavi") == ["New clavinova"]
    assert found(mine, "harpsichord") == []


def test_a_question_has_two_hundred_characters(hub_alone, client):
    mine = hub_alone.rest(client)
    assert found(mine, "é" * 200) == []
    refusal = mine.get("/api/tickets", params={"q": "é" * 201}, expect=None)
    assert_problem(refusal, 400, "too_large", field="q")


def test_a_queue_looks_for_words_in_heads(hub, client, admin):
    mine, live = hub.rest(client), hub.live(admin)
    first = mine.create("Gadget one")
    mine.say(first["id"], "Nothing about trumpets.")
    queue = live.ask("queue.join", filter={"q": "gadg"})
    assert [head["title"] for head in queue["tickets"]] == ["Gadget one"]
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


def spoil_index(store):
    """Leaves the store as one that never had an index."""
    if store.name == "sqlite":
        with sqlite3.connect(store.file) as database:
            database.execute("INSERT INTO search (search) VALUES ('delete-all')")
            database.execute("DELETE FROM titles")
            database.execute(
                "INSERT INTO search_backlog (done, last) SELECT 0, max(number) FROM tickets"
            )
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
    assert found(again.rest(lina), f"findable {CANARY}") == ["Findable"]
    assert found(again.rest(client), CANARY) == []
    assert found(again.rest(client), "find") == ["Findable"]


def test_a_repair_makes_the_index_anew(hub, start_hub, store, client):
    mine = hub.rest(client)
    ticket = mine.create("Findable")["id"]
    mine.say(ticket, "A word in a message")
    hub.stop()
    if store.name == "sqlite":
        with sqlite3.connect(store.file) as database:
            database.execute("INSERT INTO search (search) VALUES ('delete-all')")
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
