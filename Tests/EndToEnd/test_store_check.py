"""`guichet check` on data that was changed without the hub, and the result of a repair."""

import contextlib
import os
import pathlib
import sqlite3

import bson
import pymongo
import pytest

from support import files as uploads
from support import hub as guichet
from support.observe import wait_until


def run(*arguments, expect=0):
    ended = guichet.command(*arguments)
    assert ended.returncode == expect, ended.stdout[-4000:] + ended.stderr[-2000:]
    return ended.stdout


@pytest.fixture
def story(store, start_hub, client, lina, admin):
    """A store in which every table and collection has something, and its ticket and file."""
    hub = start_hub(store)
    mine, theirs = hub.rest(client), hub.rest(lina)
    file = uploads.upload(mine, b"as it was", "note.txt")
    ticket = mine.create("Printer", attachments=[file["id"]])["id"]
    other = mine.create("Another")["id"]
    theirs.patch(f"/api/tickets/{ticket}", {"tags": ["paper", "é"], "action": "take"})
    mine.patch(f"/api/tickets/{ticket}", {"watchers": ["me"]})
    theirs.say(ticket, "Something internal", internal=True)
    theirs.say(ticket, "Something public")
    mine.post(f"/api/tickets/{ticket}/read", {"seq": 2}, expect=204)
    theirs.post("/api/canned", {"title": "Hello", "bodies": {"en": "Hello there"}}, expect=201)
    wait_until(
        lambda: len(mine.get("/api/notifications").json()["notifications"]) > 1,
        "the client is told",
    )
    hub.stop()
    run("check", "--store", store.uri)
    return store, ticket, other, file["id"]


# The damage to the tables, and the expected report of the check.
TAMPERED = {
    "UPDATE tickets SET status = 'closed' WHERE id = '{ticket}'": "tickets.status",
    "UPDATE tickets SET project = project || 'x' WHERE id = '{ticket}'": "tickets.project",
    "UPDATE tickets SET client_id = 'eve', assigned_to = NULL WHERE id = '{ticket}'": "tickets.assigned_to",
    "UPDATE tickets SET alarm_at = 1, updated_at = 1 WHERE id = '{other}'": "tickets.alarm_at",
    "DELETE FROM tags WHERE ticket = '{ticket}' AND tag = 'paper'": "tags differ",
    "UPDATE tags SET tag = 'e\u0301' WHERE tag = 'é'": "tags differ",
    "DELETE FROM watchers WHERE ticket = '{ticket}'": "watchers differ",
    "INSERT INTO watchers VALUES ('{other}', 'eve')": "watchers differ",
    "INSERT INTO watchers VALUES ('000000000000000000000000', 'eve')": "watchers: 1 rows stand for no",
    "INSERT INTO tags VALUES ('000000000000000000000000', 'x')": "tags: 1 rows stand for no event",
    "UPDATE heads SET data = replace(data, 'Another', 'Forged')": "{other}: its snapshot is at",
    "UPDATE faces SET title = 'Forged' WHERE title = 'Another'": "faces differ",
    "UPDATE events SET is_public = 1, author = 'eve' WHERE seq = 4": "the columns of event 4",
    "UPDATE reads SET seq = 99": "reads: ",
    "INSERT INTO reads VALUES ('000000000000000000000000', 'eve', 3)": "reads: 1 rows stand for no",
    "UPDATE files SET ticket = '{other}'": "files: the entry of file {file}",
    "INSERT INTO redacted VALUES ('{ticket}', 4)": "redacted differs",
    "UPDATE catalog SET owner = 'eve', is_shared = 1 - is_shared": "catalog: the columns of",
    "INSERT INTO search (rowid, public, internal) VALUES (16777216000, 'ghost', '')": "search: the words",
    "DELETE FROM faces WHERE title LIKE '%rinter%'": "{ticket}: faces differ",
    "UPDATE files SET owner = 'eve', is_internal = 5": "files: the entry of file {file}",
    "DELETE FROM people WHERE role = 'client'": "is in events and not here",
    "UPDATE people SET role = 'boss' WHERE role = 'technician'": "cannot be read",
    "UPDATE outbox SET state = 'lost'": "entries have a state that is none",
    "UPDATE statistics SET counts = '{{\"created\":7}}' WHERE scope = 'all'": "statistics of",
    "UPDATE statistics_quarters SET counts = '{{\"created\":7}}' WHERE scope LIKE 'project%'":
        "counts by quarter of an hour",
    "INSERT INTO own_watches VALUES ('{ticket}', 'eve')": "own_watches differ",
    "INSERT INTO own_watches VALUES ('000000000000000000000000', 'eve')": "own_watches: 1 rows",
    "UPDATE person_words SET word = word || 'x'": "person_words: those of",
    "INSERT INTO person_words VALUES ('eve', 0, 'ghost')": "person_words: those of eve",
    "UPDATE names SET name = 'Nobody' WHERE person IN (SELECT id FROM people)": "names: the name of",
    "UPDATE contacts SET data = '[]'": "contacts: what stands for",
    "UPDATE notifications SET is_internal = 1 - is_internal": "notifications.is_internal: ",
    "UPDATE outbox SET target = 'mail'": "outbox: the target of",
    "INSERT INTO notifications SELECT 9, person, '000000000000000000000000', 1, kind, at, 0, 0, data"
    " FROM notifications LIMIT 1": "notifications: 1 rows stand for no event",
    "UPDATE notifications SET kind = 'rumour' WHERE serial = (SELECT max(serial) FROM notifications)":
        "notifications: 1 cannot be read",
    "UPDATE notifications SET at = 1 WHERE serial = (SELECT min(serial) FROM notifications WHERE serial > 9)":
        "notifications: 1 differ from their events",
}


def tamper_tables(store, names):
    said = []
    with contextlib.closing(sqlite3.connect(store.file)) as database:
        for statement, expected in TAMPERED.items():
            changed = database.execute(statement.format(**names)).rowcount
            assert changed != 0, statement
            said.append(expected.format(**names))
        database.commit()
    return said


def tamper_collections(store, names):
    ticket, other, file = (bson.ObjectId(names[name]) for name in ("ticket", "other", "file"))
    ghost = bson.ObjectId("0" * 24)
    with pymongo.MongoClient(store.server) as client:
        database = client[store.database]
        one = {"_id": ticket}
        database.tickets.update_one(one, {"$set": {"status": "closed", "slaFilter": "ok?"}})
        database.tickets.update_one(one, {"$set": {"order.updatedAt": 1}})
        database.tickets.update_one({"_id": other}, {"$unset": {"alarmAt": 1}, "$set": {"ref": "T-9"}})
        database.search.update_one(one, {"$set": {"messages": ["ghost"]}})
        database.search.insert_one({"_id": ghost, "head": ["ghost"]})
        database.reads.update_many({}, {"$set": {"seq": 99}})
        database["files.files"].update_one({"_id": file}, {"$set": {"metadata.ticket": other}})
        database.statistics.update_many({"_id.scope": "all"}, {"$set": {"counts.created": 7}})
        database["files.files"].update_many({}, {"$set": {"metadata.owner": "eve"}})
        database.people.delete_many({"role": "client"})
        database.people.update_many({"role": "technician"}, {"$set": {"role": "boss"}})
        database.events.update_many({"seq": 4}, {"$set": {"isPublic": True}})
        database.canned.update_many({}, {"$set": {"isShared": False}})
        database.outbox.update_many({}, {"$set": {"state": "lost"}})
        database.quarters.update_many({"_id.kind": 1}, {"$set": {"counts.created": 7}})
        database.names.update_many({}, {"$set": {"names": [], "address": ["ghost"]}})
        database.contacts.update_many({}, {"$set": {"data": {}}})
        for notice in database.notifications.find():
            flag = {"internal": not notice["internal"]}
            database.notifications.update_one({"_id": notice["_id"]}, {"$set": flag})
        entry = database.outbox.find_one() or {"state": "sent", "target": "people"}
        data = entry.get("data", {}) | {"ticket": ghost}
        database.outbox.insert_one(entry | {"_id": f"{ghost}-1-people", "data": data})
        notice = database.notifications.find_one()
        database.notifications.insert_one(notice | {"_id": "x", "ticket": ghost})
        first, *_, last = database.notifications.find({"_id": {"$ne": "x"}}).sort("serial")
        database.notifications.update_one(first, {"$set": {"data.ref": "T-9"}})
        database.notifications.update_one(last, {"$unset": {"ticket": 1}})
    return [
        f"{ticket}: its snapshot is at", "tickets.slaFilter", "tickets.order", "tickets.alarmAt",
        "tickets.ref", "search: its words", f"what they have of {ghost}", "reads: ",
        f"files.files: the entry of file {file}", "statistics of", f"outbox: {ghost}-1-people",
        "notifications: 1 tell of no event", "notifications: 1 cannot be read",
        "notifications: 1 differ from their events",
        "is in events and not here", "cannot be read", "isPublic of event 4", "canned: ",
        "has no state or no time",
        "counts by quarter of an hour", "names: the name of",
        "names.address: that of", "contacts: what stands for", "notifications.internal: ",
    ]


def test_everything_derived_is_held_against_the_events_and_mended(story, lina, start_hub):
    store, ticket, other, file = story
    names = {"ticket": ticket, "other": other, "file": file}
    tamper = tamper_tables if store.name == "sqlite" else tamper_collections
    said = tamper(store, names)
    found = run("check", "--store", store.uri, expect=1)
    missing = [text for text in said if text not in found]
    assert not missing, f"{missing}\n{found}"
    # Looking changes nothing.
    assert run("check", "--store", store.uri, expect=1) == found
    mended = run("check", "--repair", "--store", store.uri)
    assert "made the search index anew" in mended and "cannot be mended" not in mended
    assert run("check", "--store", store.uri).endswith(": ok\n")
    theirs = start_hub(store).rest(lina)
    snapshot = theirs.get(f"/api/tickets/{ticket}").json()
    assert snapshot["status"] != "closed" and snapshot["tags"] == ["paper", "é"]
    assert [t["id"] for t in theirs.get("/api/tickets?q=printer").json()["tickets"]] == [ticket]
    assert theirs.get("/api/tickets?q=ghost").json()["tickets"] == []


def test_bytes_that_are_missing_or_fewer_are_named(story):
    store, _, _, file = story
    if store.name == "sqlite":
        folder = pathlib.Path(f"{store.file}.files")
        (place,) = [path for path in folder.iterdir() if path.is_file()]
        os.truncate(place, 3)
    else:
        with pymongo.MongoClient(store.server) as client:
            chunks = client[store.database]["files.chunks"]
            chunks.update_one({"files_id": bson.ObjectId(file)}, {"$set": {"data": b"as "}})
    found = run("check", "--store", store.uri, expect=1)
    assert file in found and "3 bytes" in found and "not 9" in found, found
    if store.name == "sqlite":
        place.unlink()
    else:
        with pymongo.MongoClient(store.server) as client:
            client[store.database]["files.chunks"].delete_many({})
    found = run("check", "--store", store.uri, expect=1)
    assert file in found and "1 problem" in found, found
    # No event has the bytes, and a repair says so.
    refused = run("check", "--repair", "--store", store.uri, expect=1)
    assert file in refused and "cannot be mended" in refused and "backup" in refused
