"""The generator of old portals is itself right: seeded, in ten styles, with a truth."""

import random
import uuid

import pymongo
import pytest

from support import stores
from support.old_portal import STYLES, Portal, broken_documents
from support.old_portal.broken import LENIENT, insert
from support.old_portal.writer import KINDS, Writer

COUNT = 60


@pytest.fixture
def old(tmp_path):
    """An empty database of an old portal."""
    store = stores.available("mongodb", tmp_path)
    if store is None:
        pytest.skip("GUICHET_TEST_MONGODB is not set")
    with pymongo.MongoClient(store.server) as client:
        name = f"old_{uuid.uuid4().hex[:12]}"
        yield client[name]
        client.drop_database(name)


def test_the_same_seed_gives_the_same_tickets():
    pairs = list(Portal(COUNT, seed=1).pairs())
    assert pairs == list(Portal(COUNT, seed=1).pairs())
    assert pairs != list(Portal(COUNT, seed=2).pairs())
    assert [truth["number"] for _, truth in pairs] == list(range(1, COUNT + 1))


def test_there_are_ten_styles_and_all_say_the_same():
    assert len(STYLES) == 10
    said = {
        style: [
            [(m["body"], m["internal"], m["at"]) for m in truth["messages"]]
            for truth in Portal(COUNT, style=style).truths()
        ]
        for style in STYLES
    }
    assert all(messages == said["canonical"] for messages in said.values())


def test_a_story_ends_with_what_its_history_says():
    kinds = set()
    for truth in Portal(300, style="canonical").truths():
        last = {line["field"]: line["to"] for line in truth["history"]}
        assert truth["status"] == last.get("status", "open")
        assert (truth["assignedTo"] or {}).get("id") == last.get("assignedTo")
        kinds.add(truth["status"])
        times = [truth["createdAt"], *(message["at"] for message in truth["messages"])]
        assert times == sorted(times)
    assert kinds == {"open", "in_progress", "waiting", "resolved", "closed"}


def test_a_server_takes_all_of_it(old, tmp_path):
    portal = Portal(COUNT)
    portal.fill(old)
    assert old["tickets"].count_documents({}) == COUNT
    assert portal.write_files(tmp_path) == sum(
        len(message["attachments"]) for t in portal.truths() for message in t["messages"]
    )
    broken = broken_documents(messages=1000)
    insert(old["tickets"], broken)
    # An ObjectId and the same as a text are two ids there.
    assert len({repr(one.id) for one in broken}) == len(broken)
    assert len(list(old["tickets"].with_options(LENIENT).find())) == COUNT + len(broken)


def test_the_writer_says_what_it_did(old):
    portal = Portal(20, style="canonical")
    portal.fill(old)
    writer = Writer(portal, old, random.Random(1))
    assert {writer.step() for _ in range(150)} == set(KINDS)
    for ticket in old["tickets"].find({}, {"messages.content": 1}):
        bodies = [message["content"] for message in ticket["messages"]]
        assert set(writer.said.get(str(ticket["_id"]), [])) <= set(bodies)
