"""MongoDB's query plans for the lists, as its profiler reports them.
Tests/StoreTests/SQLite/SQLitePlanTests.swift checks those of SQLite."""

import contextlib

import pymongo
import pytest

from support import stores
from support.observe import wait_until
from support.files import upload


@pytest.fixture
def profiled(tmp_path, start_hub):
    """A hub on MongoDB, and its database."""
    store = stores.available("mongodb", tmp_path)
    if store is None:
        pytest.skip("GUICHET_TEST_MONGODB is not set")
    with pymongo.MongoClient(store.server) as client:
        yield start_hub(store), client[store.database]
    store.remove()


@contextlib.contextmanager
def queries(database, *operations):
    """Collects the database operations of the block: reads, unless the caller names others."""
    asked = []
    database.command("profile", 2)
    try:
        yield asked
    finally:
        database.command("profile", 0)
        asked += database["system.profile"].find({"op": {"$in": operations or ["query", "command"]}})
        database["system.profile"].drop()


def of(asked, collection):
    return [q for q in asked if q["ns"].endswith(f".{collection}") and "planSummary" in q]


def test_lists_and_searches_walk_no_collection(profiled, client, lina, admin):
    hub, database = profiled
    mine = hub.rest(client)
    for number in range(40):
        mine.create(f"gizmo {number}", priority="high" if number % 2 else "low")
    for someone in (client, lina, admin):
        hub.rest(someone).get("/api/me")
    asking = [hub.rest(someone) for someone in (admin, lina, client)]
    with queries(database) as asked:
        for rest in asking:
            for params in ({}, {"status": "open"}, {"q": "gizmo 1"}, {"q": "T-1007"}):
                rest.get("/api/tickets", params={"limit": 5, **params})
            rest.get("/api/projects")
    assert len(of(asked, "tickets")) >= 15 and len(of(asked, "search")) >= 6
    for query in of(asked, "tickets") + of(asked, "search"):
        assert "COLLSCAN" not in query["planSummary"], query["command"]


def test_every_order_is_read_from_an_index(profiled, client, admin):
    hub, database = profiled
    mine, theirs = hub.rest(client), hub.rest(admin)
    for number in range(40):
        mine.create(f"gizmo {number}")
    with queries(database) as asked:
        page = theirs.get("/api/tickets", params={"limit": 5}).json()
        theirs.get("/api/tickets", params={"limit": 5, "cursor": page["next"]})
        for sort in ("updatedAt", "createdAt", "deadline", "priority", "waitingSince"):
            for sort in (sort, f"-{sort}"):
                page = theirs.get("/api/tickets", params={"limit": 5, "sort": sort}).json()
                query = {"limit": 5, "sort": sort, "cursor": page["next"]}
                theirs.get("/api/tickets", params=query)
    asked = of(asked, "tickets")
    assert len(asked) >= 22
    assert all("find" in query["command"] for query in asked), "counts are kept, not asked"
    # Behind a cursor the tickets before it that are equal in the first keys are looked at too.
    for query in asked:
        assert not query.get("hasSortStage") and query["docsExamined"] <= 12, query


def test_what_few_tickets_have_is_found_without_walking_the_rest(profiled, client, admin):
    hub, database = profiled
    ticket, *_ = [hub.rest(client).create(f"gizmo {number}") for number in range(200)]
    hub.rest(admin).patch(f"/api/tickets/{ticket['id']}", {"tags": ["rare"], "targetHours": 0.0001})
    wait_until(lambda: "breached" in str(hub.rest(admin).events(ticket["id"])), "a breach")
    with queries(database) as asked:
        for params in ({"tag": "rare"}, {"sla": "breached"}):
            found = hub.rest(admin).get("/api/tickets", params=params).json()["tickets"]
            assert [each["id"] for each in found] == [ticket["id"]]
        assert hub.rest(admin).get("/api/tickets", params={"status": "closed"}).json()["tickets"] == []
        (project,) = hub.rest(admin).get("/api/projects").json()["projects"]
    assert project["open"] == 200
    for query in of(asked, "tickets"):
        assert query["docsExamined"] <= 5, query


def test_a_start_reads_what_is_due_from_the_index_alone(profiled, client, lina):
    hub, database = profiled
    for number in range(40):
        hub.rest(client).create(f"gizmo {number}")
    hub.stop()
    with queries(database) as asked:
        hub.start()
    (due,) = [q for q in of(asked, "tickets") if "alarmAt" in q["command"].get("filter", {})]
    assert due["nreturned"] == 40 and due["docsExamined"] == 0, due


def test_what_was_acknowledged_is_on_the_journal_of_a_majority(profiled, client):
    """Everything that is durable with an event is in the event's own document."""
    hub, database = profiled
    with queries(database, "insert") as asked:
        mine = hub.rest(client)
        mine.create(attachments=[upload(mine)["id"]])
    for collection in ("events", "files.chunks"):
        writes = [q for q in asked if q["ns"].endswith(f".{collection}")]
        assert writes, f"nothing was written to {collection}"
        for write in writes:
            concern = write["command"]["writeConcern"]
            assert (concern["w"], concern["j"]) == ("majority", True)
