"""GUICHET_V2_VIEW: the tickets in the shape of an old portal's collection (docs/nextjs.md)."""

import bson
import pymongo
import pytest

from support import hub as guichet
from support import people, stores
from support.old_portal import cast
from support.old_questions import answer, questions
from support.old_shape import document

NAME = "tickets_v2"


@pytest.fixture
def mongodb(tmp_path):
    store = stores.available("mongodb", tmp_path)
    if store is None:
        pytest.skip("GUICHET_TEST_MONGODB is not set")
    yield store
    store.remove()


@pytest.fixture
def database(mongodb):
    with pymongo.MongoClient(mongodb.server) as client:
        yield client[mongodb.database]


def old(member, projects=()):
    """A person of the old portal, whose id is an ObjectId."""
    return people.Person(str(member.id), member.role, member.name, tuple(projects))


def work(hub):
    """Tickets with everything that a desk does. Returns their ids, and an admin's client."""
    project = str(cast.project_id("ecommerce"))
    client = hub.rest(old(cast.CLIENT_MEMBERS[0], [project]))
    other = hub.rest(people.client("Zoé", [project]))
    lina, hugo = cast.TECHNICIAN_MEMBERS[:2]
    tech, admin = hub.rest(old(lina)), hub.rest(old(cast.ADMIN_MEMBERS[0]))
    hub.rest(old(hugo)).get("/api/me")
    ids = []
    for number in range(8):
        asking = client if number % 3 else other
        priority = ["low", "normal", "high", "urgent"][number % 4]
        category = ["incident", "request", "change"][number % 3]
        fields = {"priority": priority, "category": category, "project": project}
        ids.append(asking.create(title=f"Ticket {number} é", **fields)["id"])
        asking.say(ids[-1], f"Please {number} नमस्ते")
    for number, id in enumerate(ids[:6]):
        tech.say(id, "I look at it", action="take")
        tech.say(id, "A note between us", internal=True)
        admin.patch(f"/api/tickets/{id}", {"tags": ["vip", "x"], "watchers": [str(hugo.id)]})
        admin.say(id, "Sooner", internal=True, set={"priority": "urgent"})
        if number % 2:
            tech.say(id, "Which one?", action="wait")
            (client if number % 3 else other).say(id, "That one")
        if number > 2:
            tech.patch(f"/api/tickets/{id}", {"action": "resolve"})
        if number == 5:
            tech.patch(f"/api/tickets/{id}", {"action": "close"})
    file = tech.post("/api/upload", files={"file": ("plan é.txt", b"plan", "text/plain")}).json()
    admin.patch(f"/api/tickets/{ids[0]}", {"assignedTo": str(hugo.id), "title": "Ticket 0 bis"})
    admin.say(ids[0], "With a file", attachments=[], internal=False)
    tech.say(ids[1], "The plan", attachments=[file["id"]])
    admin.patch(f"/api/tickets/{ids[2]}", {"action": "release", "targetHours": 3})
    return ids, admin


def await_lists(rest):
    """Snapshots follow the acknowledgement; a list waits for them."""
    rest.get("/api/tickets")


def test_it_answers_like_the_old_collection(mongodb, database, start_hub):
    hub = start_hub(mongodb, V2_VIEW=NAME)
    ids, admin = work(hub)
    database["users"].insert_many([member.document for member in cast.MEMBERS])
    documents = [document(admin, id) for id in ids]
    await_lists(admin)
    database["old_tickets"].insert_many(documents)
    some = documents[1]
    assert isinstance(some["client"], bson.ObjectId) and some["watchers"] and some["assignedTo"]
    asked = questions(some)
    assert len(asked) >= 20
    for name, call in asked.items():
        expected = answer(call, database["old_tickets"])
        assert expected, name
        assert answer(call, database[NAME]) == expected, name


def test_it_follows_the_hub(mongodb, database, start_hub):
    hub = start_hub(mongodb, V2_VIEW=NAME)
    rest = hub.rest(people.client())
    id = bson.ObjectId(rest.create()["id"])
    rest.say(str(id), "Hello?")
    await_lists(rest)
    read = database[NAME].find_one({"_id": id})
    assert [message["content"] for message in read["messages"]] == ["Hello?"]
    assert read["history"] == [] and read["assignedTo"] is None


def test_only_the_tickets_that_are_asked_for_are_joined(mongodb, database, start_hub):
    hub = start_hub(mongodb, V2_VIEW=NAME)
    rest = hub.rest(people.client())
    ids = [bson.ObjectId(rest.create()["id"]) for _ in range(4)]
    await_lists(rest)

    def joined(**find):
        """How many tickets reach the first join."""
        command = {"find": NAME, **find}
        stages = database.command("explain", command, verbosity="executionStats")["stages"]
        place = next(i for i, stage in enumerate(stages) if "$lookup" in stage)
        before = stages[place - 1]
        ran = before["$cursor"]["executionStats"] if "$cursor" in before else before
        return ran["nReturned"]

    assert joined(filter={"_id": ids[0]}) == 1
    assert joined(filter={"status": "closed"}) == 0
    assert joined(filter={"client": "nobody"}) == 0
    assert joined(filter={}, sort={"createdAt": -1}, limit=2) == 2


def test_an_older_view_is_replaced(mongodb, database, start_hub):
    start_hub(mongodb).stop()
    database.command("create", NAME, viewOn="tickets", pipeline=[{"$project": {"title": 1}}])
    hub = start_hub(mongodb, V2_VIEW=NAME)
    rest = hub.rest(people.client())
    rest.create()
    await_lists(rest)
    assert database[NAME].find_one()["messages"] == []
    hub.stop()
    # And found as it is at the next start; without the setting it is left alone.
    hub.start().stop()
    start_hub(mongodb)
    assert database[NAME].find_one()["messages"] == []


@pytest.fixture
def refused(tmp_path):
    """The message of a hub that does not start."""

    def refused(store, name):
        ended = guichet.command(
            *("serve", "--listen", "127.0.0.1:0", "--store", store.uri, "--web", guichet.ROOT / "web"),
            GUICHET_V2_VIEW=name,
        )
        assert ended.returncode == 2, ended.stderr
        assert "GUICHET_V2_VIEW" in ended.stderr
        return ended.stderr

    return refused


def test_only_mongodb_has_views(embedded, refused):
    assert "MongoDB" in refused(embedded, NAME)
    assert not embedded.file.exists()


@pytest.mark.parametrize("name", ["tickets", "events", "fs$x", "system.views", "a b", "files.files"])
def test_a_name_that_cannot_be_is_refused(mongodb, database, refused, name):
    refused(mongodb, name)
    assert database.list_collection_names() == []


def test_what_is_not_ours_is_left_alone(mongodb, database, refused):
    database[NAME].insert_one({"mine": True})
    assert "drop or rename" in refused(mongodb, NAME)
    assert database[NAME].find_one({}, {"_id": 0}) == {"mine": True}
    database[NAME].drop()
    database.command("create", NAME, viewOn="elsewhere", pipeline=[])
    assert "elsewhere" in refused(mongodb, NAME)
