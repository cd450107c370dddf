"""A whole old portal moves in by the steps of docs/nextjs.md, and what reads it goes on."""

import datetime
import re
import shlex
import subprocess

import pymongo
import pytest

from support import hub as guichet
from support import people, stores
from support.browser import Screen, chromium
from support.observe import wait_until
from support.old_portal import Portal, cast
from support.old_questions import answer, questions

GUIDE = (guichet.ROOT / "docs/nextjs.md").read_text(encoding="utf-8")


@pytest.fixture
def server(tmp_path):
    store = stores.available("mongodb", tmp_path)
    if store is None:
        pytest.skip("GUICHET_TEST_MONGODB is not set")
    return store.server


def commands():
    """The commands of the guide, in their order."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("guichet adopt ")]


def words(line, places, folder):
    """A command of the guide, as a shell would pass it."""
    for name, value in places.items():
        line = line.replace(f'"${name}"', shlex.quote(value))
    return [str(folder / "token") if word == "token" else word for word in shlex.split(line)[1:]]


def test_the_guide_is_walked_from_end_to_end(server, old, start_hub, tmp_path):
    Portal(30, files=False).fill(old.database)
    rehearsal, kept = stores.MongoDB(server), stores.MongoDB(server)
    (tmp_path / "token").write_text(people.token(people.admin()))
    places = {"OLD": old.uri, "REHEARSAL": rehearsal.uri, "STORE": kept.uri}
    more = ["--position", tmp_path / "place.json"]

    def run(line):
        ended = guichet.command(*words(line, places, tmp_path), *(more if "--hub" in line else []), timeout=120)
        assert ended.returncode == 0, (ended.stdout + ended.stderr)[-3000:]
        return ended.stdout

    try:
        survey, rehearse, compare, copy, follow, cut_over, release = commands()
        assert "30 tickets" in run(survey)
        run(rehearse)
        assert ": equal" in run(compare)
        start_hub(rehearsal, V2_VIEW="tickets_v2").stop()
        run(copy)
        hub = start_hub(kept)
        places["HUB"] = hub.url
        order = [guichet.BINARY, *words(follow, places, tmp_path), *map(str, more)]
        following = subprocess.Popen(
            order, env=guichet.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            id = old.database["tickets"].find_one()["_id"]
            old.database["tickets"].update_one({"_id": id}, {"$set": {"title": "Side by side"}})
            rest = hub.rest(people.admin())
            title = lambda: rest.get(f"/api/tickets/{id}").json()["title"]  # noqa: E731
            wait_until(lambda: title() == "Side by side", "the followed title", seconds=150)
        finally:
            following.kill()
            following.wait()
        assert ": equal" in run(cut_over)
        assert "takes writes again" in run(release)
        hub.stop()
    finally:
        for store in (rehearsal, kept):
            store.remove()


def settle(tickets):
    """What the hub does when it takes tickets over: it marks what is overdue, which counts as an
    update, and a title is one line."""
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    for ticket in list(tickets.find()):
        due, changes = ticket["sla"]["deadlineAt"], {"title": " ".join(ticket["title"].split())}
        is_running = ticket["status"] in ("open", "in_progress")
        if is_running and due and due < now and not ticket["sla"]["breached"]:
            changes |= {"sla.breached": True, "updatedAt": max(due, ticket["updatedAt"])}
        tickets.update_one({"_id": ticket["_id"]}, {"$set": changes})


def test_the_view_answers_like_the_collection_that_moved_in(server, old, start_hub):
    store = stores.MongoDB(server)
    Portal(60, style="canonical", files=False).fill(old.database)
    settle(old.database["tickets"])
    adopted = guichet.command("adopt", old.uri, "--store", store.uri, "--write", timeout=120)
    assert adopted.returncode == 0, adopted.stderr
    try:
        start_hub(store, V2_VIEW="tickets_v2").stop()
        with pymongo.MongoClient(server) as client:
            database = client[store.database]
            database["users"].insert_many([member.document for member in cast.MEMBERS])
            tickets = old.database["tickets"]
            some = next(
                d for d in tickets.find() if d["watchers"] and d["assignedTo"] and d["history"]
            )
            asked = questions(some)
            assert len(asked) >= 20
            for name, call in asked.items():
                assert answer(call, database["tickets_v2"]) == answer(call, tickets), name
    finally:
        store.remove()


def test_a_page_opens_a_ticket_by_its_old_id(server, old, embedded, start_hub):
    portal = Portal(10, files=False)
    portal.fill(old.database)
    command = ("adopt", old.uri, "--users", "users", "--store", embedded.uri, "--write")
    assert guichet.command(*command, timeout=120).returncode == 0
    hub = start_hub(embedded)
    expected = next(truth for truth in portal.truths() if truth["assignedTo"])
    with chromium() as browser:
        screen = Screen(browser, hub, people.admin("Gabriel"))
        screen.visit(f"{hub.url}/admin/tickets?ticket={expected['id']}")
        screen.page.get_by_text(expected["messages"][-1]["body"][:40]).first.wait_for(timeout=30_000)
        assert f"T-{expected['number']}" in screen.page.content()
    hub.close_clients()
