"""Stores of an earlier version open, serve and stay whole.

`old_stores/` has an SQLite file with its folder of files, and the documents and indexes of a MongoDB
database. Commit 5b69968 wrote both in the same story: three tickets with notes, tags, a watcher, a
file, a resolution and a reopening; a quick reply; notifications.
"""

import pathlib

import pytest

from support import hub as guichet
from support import files, people
from support.observe import wait_until

COPIES = pathlib.Path(__file__).with_name("old_stores")
CLAIRE = people.Person("client-1", "client", "Claire", ("atelier",))
LINA = people.Person("technician-2", "technician", "Lina")
GABRIEL = people.Person("admin-4", "admin", "Gabriel")


def check(store):
    ended = guichet.command("check", "--store", store.uri)
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-2000:]
    return ended.stdout


@pytest.fixture
def old_store(store):
    store.restore(COPIES)
    return store


def test_a_store_that_only_an_earlier_version_has_opened_is_said_to_be_one(old_store):
    before = old_store.events()
    for command in ("check", "export"):
        ended = guichet.command(command, "--store", old_store.uri)
        assert ended.returncode == 2
        assert "was made by an earlier Guichet" in ended.stderr and "`guichet serve`" in ended.stderr
    assert old_store.events() == before


def test_a_store_of_an_earlier_version_opens_serves_and_passes_the_check(old_store, start_hub):
    written = old_store.events()
    assert len(written) == 13
    hub = start_hub(old_store)
    mine, theirs, all_of_it = hub.rest(CLAIRE), hub.rest(LINA), hub.rest(GABRIEL)

    tickets = {ticket["ref"]: ticket for ticket in all_of_it.get("/api/tickets").json()["tickets"]}
    assert {ref: ticket["title"] for ref, ticket in tickets.items()} == {
        "T-1001": "Printer", "T-1002": "Another", "T-1003": "Écran noir",
    }
    printer = all_of_it.get("/api/tickets/T-1001").json()
    assert printer["tags"] == ["paper", "é"] and printer["assignedTo"] == LINA.wire
    assert printer["dueAt"] is None, "a field that is younger than the store"
    assert tickets["T-1002"]["priority"] == "urgent" and tickets["T-1002"]["status"] == "resolved"
    assert tickets["T-1003"]["reopenCount"] == 1
    events = mine.events("T-1001")["events"]
    bodies = [event["message"]["body"] for event in events if event.get("message")]
    assert bodies == ["Something public", "Merci, ça marche"]
    assert files.download(mine, printer["attachments"][0]).content == b"as it was"
    assert theirs.get("/api/canned").json()["canned"][0]["title"] == "Hello"
    assert len(mine.get("/api/notifications").json()["notifications"]) > 1

    # The index of words may be made anew while the hub serves.
    def found(words):
        return [t["ref"] for t in mine.get("/api/tickets", params={"q": words}).json()["tickets"]]

    wait_until(lambda: found("marche") == ["T-1001"], "the words are found")
    mine.say("T-1001", "Et depuis la mise à jour aussi")
    theirs.patch("/api/tickets/T-1001", {"dueAt": "2030-01-02T03:04:05.000Z"})
    hub.stop()

    now = {(event["ticket"], event["seq"]): event for event in old_store.events()}
    assert all(now[event["ticket"], event["seq"]] == event for event in written)
    assert "3 tickets" in check(old_store)
