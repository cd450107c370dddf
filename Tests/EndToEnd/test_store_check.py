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
    "INSERT INTO reads VALUES ('000000000000000000000000', 'eve', 3)": "reads: 2 rows stand for no",
    "INSERT INTO reads VALUES ('{other}', 'eve', 0)": "reads: 2 rows stand for no",
    "UPDATE files SET ticket = '{other}'": "files: the entry of file {file}",
    "INSERT INTO redacted VALUES ('{ticket}', 4)": "redacted differs",
    "UPDATE catalog SET owner = 'eve', is_shared = 1 - is_shared": "catalog: the columns of",
    "INSERT INTO search (rowid, public, internal) VALUES (16777216000, 'ghost', '')": "search: the words",
    "DELETE FROM faces WHERE title LIKE '%rinter%'": "{ticket}: faces differ",
    "UPDATE files SET owner = 'eve', is_internal = 5": "files: the entry of file {file}",
    "DELETE FROM people WHERE role = 'client'": "is in events and not here",
    "UPDATE people SET role = 'boss' WHERE role = 'technician'": "cannot be read",
    "UPDATE outbox SET state = 'lost'": "entries have an unknown state",
    "UPDATE statistics SET counts = '{{\"created\":7}}' WHERE scope = 'all'": "statistics of",
    "UPDATE statistics_quarters SET counts = '{{\"created\":7}}' WHERE scope LIKE 'project%'":
        "counts by quarter of an hour",
    "INSERT INTO own_watches VALUES ('{ticket}', 'eve')": "own_watches differ",
    "INSERT INTO own_watches VALUES ('000000000000000000000000', 'eve')": "own_watches: 1 rows",
    "UPDATE person_words SET word = word || 'x'": "person_words: those of",
    "INSERT INTO person_words VALUES ('eve', 0, 'ghost')": "person_words: those of eve",
    "UPDATE names SET name = 'Nobody' WHERE person IN (SELECT id FROM people)": "names: the name of",
    "INSERT INTO names (person, name) VALUES ('nobody', 'Ghost')": "names: nobody is not a known person",
    "INSERT INTO names (person, name) VALUES ('', 'Ghost')": "names:  is not a known person",
    "INSERT INTO people VALUES ('', 'Ghost', 'client')": "people: “” cannot be read",
    "DROP INDEX tickets_updated": "the index tickets_updated is missing",
    "DROP INDEX events_key": "the index events_key is missing",
    "INSERT INTO files (id, name, type, size, owner, location, ticket, seq, is_internal)"
    " VALUES ('111111111111111111111111', 'x', 'text/plain', 1, 'eve', 'x', 'zz', 1, 0)":
        "files: 111111111111111111111111 says that it is attached to zz",
    "INSERT INTO statistics VALUES (20000, 'zz', '{{}}')": "statistics: 2 rows have a scope or day",
    "INSERT INTO statistics_quarters VALUES (1, 7, 'all', '{{}}')": "statistics: 2 rows",
    "UPDATE contacts SET data = '[]'": "contacts: the entry for",
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
        database.names.insert_one({"_id": "nobody", "names": ["ghost"], "address": ["ghost"]})
        database.statistics.insert_one({"_id": {"day": 20000, "scope": "zz"}, "counts": {"created": 1}})
        database.quarters.insert_one({"_id": {"kind": 7, "quarter": 9, "scope": "all"}, "counts": {}})
        database.names.update_one({"_id": "nobody"}, {"$set": {"names": 7}})
        database.names.insert_one({"_id": 5, "names": ["ghost"]})
        database.contacts.insert_one({"_id": ghost, "data": {}})
        database.people.insert_one({"_id": ghost, "name": "Ghost", "role": "client"})
        database.tickets.insert_one({"_id": "zz", "number": 9999})
        database.search.insert_one({"_id": "zz", "head": ["ghost"]})
        database.reads.insert_one({"ticket": "zz", "person": "eve", "seq": 1})
        database.reads.insert_one({"ticket": other, "person": "eve", "seq": 0})
        database["files.files"].insert_one({"_id": "zz", "length": 1})
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
        "names: nobody is not a known person", "statistics: 2 rows have a scope or day",
        "names: 1 documents are of no person", "contacts: 1 documents are of no person",
        "people: “” cannot be read", "tickets: 1 documents are of no ticket", "files.files: a document",
        "search: 1 documents are of no ticket", "reads: 2 documents are of no ticket",
        "names.address: that of", "contacts: the entry for", "notifications.internal: ",
    ]


def test_everything_derived_is_held_against_the_events_and_repaired(story, lina, start_hub):
    store, ticket, other, file = story
    names = {"ticket": ticket, "other": other, "file": file}
    tamper = tamper_tables if store.name == "sqlite" else tamper_collections
    said = tamper(store, names)
    found = run("check", "--store", store.uri, expect=1)
    missing = [text for text in said if text not in found]
    assert not missing, f"{missing}\n{found}"
    # Looking changes nothing.
    assert run("check", "--store", store.uri, expect=1) == found
    repaired = run("check", "--repair", "--store", store.uri)
    assert "rebuilt the search index" in repaired and "cannot be repaired" not in repaired
    assert run("check", "--store", store.uri).endswith(": ok\n")
    theirs = start_hub(store).rest(lina)
    snapshot = theirs.get(f"/api/tickets/{ticket}").json()
    assert snapshot["status"] != "closed" and snapshot["tags"] == ["paper", "é"]
    assert [t["id"] for t in theirs.get("/api/tickets?q=printer").json()["tickets"]] == [ticket]
    assert theirs.get("/api/tickets?q=ghost").json()["tickets"] == []


REMOVALS = {
    "a day": ("DELETE FROM statistics WHERE day >= 0", {"_id.day": {"$gte": 0}}),
    "a row": (
        "DELETE FROM statistics WHERE scope = 'category:incident'", {"_id.scope": "category:incident"},
    ),
    "all": ("DELETE FROM statistics", {}),
}


@pytest.mark.parametrize("removed", REMOVALS)
def test_statistics_that_are_gone_are_noticed_and_counted_again(store, start_hub, client, lina, removed):
    """Few events, so that all of them are recent: what a crash leaves uncounted is no damage."""
    hub = start_hub(store)
    ticket = hub.rest(client).create()["id"]
    hub.rest(lina).patch(f"/api/tickets/{ticket}", {"action": "take"})
    hub.stop()
    run("check", "--store", store.uri)
    statement, documents = REMOVALS[removed]
    if store.name == "sqlite":
        with contextlib.closing(sqlite3.connect(store.file)) as database:
            assert database.execute(statement).rowcount > 0
            database.commit()
    else:
        with pymongo.MongoClient(store.server) as server:
            database = server[store.database]
            assert database.statistics.delete_many(documents).deleted_count > 0
    assert "statistics of" in run("check", "--store", store.uri, expect=1)
    run("check", "--repair", "--store", store.uri)
    run("check", "--store", store.uri)
    start_hub(store).stop()
    run("check", "--store", store.uri)


def test_counts_that_the_next_start_would_repeat_are_noticed(story, start_hub):
    """Each document of MongoDB's statistics names the newest batches that it has counted."""
    store = story[0]
    if store.name == "sqlite":
        pytest.skip("counts are written in the transaction of their events")
    with pymongo.MongoClient(store.server) as client:
        database = client[store.database]
        for collection, rows, change in [
            ("statistics", {}, {"$unset": {"batches": 1}}),
            ("quarters", {}, {"$set": {"batches": []}}),
            ("statistics", {"_id.scope": "all"}, {"$unset": {"batches": 1}}),
        ]:
            assert database[collection].update_many(rows, change).modified_count > 0
            assert "statistics" in run("check", "--store", store.uri, expect=1)
            run("check", "--repair", "--store", store.uri)
            assert run("check", "--store", store.uri).endswith(": ok\n")
    start_hub(store).stop()
    assert run("check", "--store", store.uri).endswith(": ok\n")


def test_a_repair_names_what_it_cannot_write_and_repairs_the_rest(story):
    store, ticket, other, file = story
    if store.name != "sqlite":
        with pymongo.MongoClient(store.server) as client:
            client[store.database]["files.files"].update_many({}, {"$set": {"metadata": 7}})
            client[store.database].names.update_many({}, {"$set": {"names": 7, "address": 7}})
        assert file in run("check", "--store", store.uri, expect=1)
        run("check", "--repair", "--store", store.uri)
        assert run("check", "--store", store.uri).endswith(": ok\n")
        return
    with contextlib.closing(sqlite3.connect(store.file)) as database:
        database.execute("UPDATE tickets SET id = 'zz' WHERE id = ?", [other])
        database.commit()
        assert "stand for no event" in run("check", "--store", store.uri, expect=1)
        run("check", "--repair", "--store", store.uri)
        assert run("check", "--store", store.uri).endswith(": ok\n")
        # Two tickets of one number, of which one has no row.
        number = "UPDATE events SET data = replace(data, '\"number\":1002', '\"number\":1001')"
        assert database.execute(number + " WHERE ticket = ?", [other]).rowcount > 0
        database.execute("DELETE FROM tags")
        database.commit()
    found = run("check", "--store", store.uri, expect=1)
    assert "is another ticket's" in found and f"ticket {ticket}: tags" in found, found
    refused = run("check", "--repair", "--store", store.uri, expect=1)
    assert f"ticket {other} was not repaired" in refused and f"left: ticket {other}" in refused, refused
    assert f"left: ticket {ticket}: tags" not in refused, refused


def tell_the_wrong_people(store, other):
    """Valid values that no event gives: rows and documents, and what a check says of them."""
    said = [
        "reads: “ghost” is not a known person", "notifications: 1 differ from their events",
        "notifications: 1 tell people of events not for them",
    ]
    if store.name == "sqlite":
        with contextlib.closing(sqlite3.connect(store.file)) as database:
            database.execute("INSERT INTO reads VALUES (?, 'ghost', 1)", [other])
            for change, end in [("kind = 'slaBreach'", "max"), ("person = 'ghost'", "min")]:
                row = f"(SELECT {end}(serial) FROM notifications)"
                database.execute(f"UPDATE notifications SET {change} WHERE serial = {row}")
            database.execute("UPDATE faces SET live_from = 99 WHERE title = 'Another'")
            database.commit()
        return said + ["faces.live_from is neither"]
    with pymongo.MongoClient(store.server) as client:
        database = client[store.database]
        database.reads.insert_one({"ticket": bson.ObjectId(other), "person": "ghost", "seq": 1})
        first, *_, last = database.notifications.find().sort("serial")
        database.notifications.update_one({"_id": last["_id"]}, {"$set": {"kind": "slaBreach"}})
        name = f"{first['ticket']}-{first['seq']}-ghost"
        database.notifications.insert_one(first | {"_id": name, "person": "ghost"})
    return said


def test_what_tells_people_of_events_is_held_against_whom_they_concern(story):
    store, _, other, _ = story
    said = tell_the_wrong_people(store, other)
    found = run("check", "--store", store.uri, expect=1)
    assert not [text for text in said if text not in found], found
    assert found.endswith(f": {len(said)} problems\n"), found
    run("check", "--repair", "--store", store.uri)
    assert run("check", "--store", store.uri).endswith(": ok\n")


def test_an_event_of_a_time_outside_of_the_calendar_is_named(story):
    store, ticket, _, _ = story
    if store.name == "sqlite":
        with contextlib.closing(sqlite3.connect(store.file)) as database:
            change = "UPDATE events SET data = json_set(data, '$.at', -1) WHERE ticket = ? AND seq = 3"
            assert database.execute(change, [ticket]).rowcount == 1
            database.commit()
    else:
        with pymongo.MongoClient(store.server) as client:
            events, at = client[store.database].events, bson.DatetimeMS(-1)
            events.update_one({"ticket": bson.ObjectId(ticket), "seq": 3}, {"$set": {"at": at}})
    problem = f"ticket {ticket}: event 3: its time is outside the range of times; cannot be repaired"
    assert problem in run("check", "--store", store.uri, expect=1)
    refused = run("check", "--repair", "--store", store.uri, expect=1)
    assert f"left: {problem}" in refused and refused.endswith("after the repair: 1 problem\n"), refused


def test_indexes_that_were_dropped_are_named_and_made_again(story):
    store, _, _, _ = story
    if store.name == "sqlite":
        pytest.skip("with the tables: test_everything_derived_is_held_against_the_events_and_repaired")
    dropped = [("events", "log"), ("tickets", "status"), ("reads", "mark"), ("files.chunks", "files_id_1_n_1")]
    with pymongo.MongoClient(store.server) as client:
        database = client[store.database]
        before = {name: database[name].index_information() for name, _ in dropped}
        for collection, index in dropped:
            database[collection].drop_index(index)
        found = run("check", "--store", store.uri, expect=1)
        for collection, index in dropped:
            assert f"{collection}: the index “{index}” is missing" in found, found
        run("check", "--repair", "--store", store.uri)
        assert {name: database[name].index_information() for name, _ in dropped} == before
    assert run("check", "--store", store.uri).endswith(": ok\n")


DERIVED = {
    "sqlite": (
        "tickets", "heads", "watchers", "own_watches", "tags", "redacted", "people", "search", "faces",
        "search_state", "names", "person_words", "statistics", "statistics_quarters",
    ),
    "mongodb": ("tickets", "people", "search", "names"),
}
NOT_DERIVED = {
    "sqlite": ("reads", "notifications", "outbox", "catalog", "contacts", "erasures"),
    "mongodb": ("reads", "notifications", "outbox", "canned", "views", "projects"),
}


def drop(store, names):
    if store.name == "sqlite":
        with contextlib.closing(sqlite3.connect(store.file)) as database:
            for name in names:
                database.execute(f"DROP TABLE {name}")
            database.commit()
    else:
        with pymongo.MongoClient(store.server) as client:
            for name in names:
                client[store.database].drop_collection(name)


def schema(store):
    if store.name == "sqlite":
        with contextlib.closing(sqlite3.connect(store.file)) as database:
            return sorted(database.execute("SELECT type, name, sql FROM sqlite_schema"))
    with pymongo.MongoClient(store.server) as client:
        database = client[store.database]
        made = [*DERIVED["mongodb"], *NOT_DERIVED["mongodb"], "files.files", "files.chunks", "events"]
        return {name: database[name].index_information() for name in made}


def test_a_table_that_is_missing_is_named_and_made_again(story, start_hub, lina):
    store, ticket, _, _ = story
    kind = "table" if store.name == "sqlite" else "collection"
    before = schema(store)
    for names, promise in [(DERIVED, "makes and fills it"), (NOT_DERIVED, "makes it empty")]:
        drop(store, names[store.name])
        found = run("check", "--store", store.uri, expect=1)
        for name in names[store.name]:
            assert f"the {kind} {name} is missing; a repair {promise}" in found, found
        run("check", "--repair", "--store", store.uri)
        assert schema(store) == before
        assert run("check", "--store", store.uri).endswith(": ok\n")
    theirs = start_hub(store).rest(lina)
    assert [t["id"] for t in theirs.get("/api/tickets?q=printer").json()["tickets"]] == [ticket]
    assert theirs.get(f"/api/tickets/{ticket}").json()["tags"] == ["paper", "é"]


def test_without_its_files_or_events_a_store_needs_a_backup(story):
    store, ticket, _, file = story
    drop(store, ["files"] if store.name == "sqlite" else ["files.files"])
    found = run("check", "--store", store.uri, expect=1)
    assert "files is missing" in found and f"file {file} of event 1 has no entry" in found, found
    refused = run("check", "--repair", "--store", store.uri, expect=1)
    left = [line for line in refused.split("\n") if line.startswith("left: ")]
    assert len(left) == 1 and "no entry" in left[0] and "restore a backup" in left[0], refused
    drop(store, ["events"])
    for more in [], ["--repair"]:
        ended = guichet.command("check", *more, "--store", store.uri)
        assert ended.returncode == 2 and "restore a backup" in ended.stderr, ended.stdout + ended.stderr


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
    assert file in refused and "cannot be repaired" in refused and "backup" in refused


# Damage to the event 3 of a ticket: what a program, a disk or a person may have done.
UNREADABLE_ROWS = [
    "UPDATE events SET data = substr(data, 1, 40) WHERE ticket = ? AND seq = 3",
    "UPDATE events SET data = '{}' WHERE ticket = ? AND seq = 3",
    "UPDATE events SET data = replace(data, '\"seq\":3', '\"seq\":7') WHERE ticket = ? AND seq = 3",
]
UNREADABLE_FIELDS = [
    {"$unset": {"by": 1}},
    {"$set": {"at": "yesterday"}},
    {"$set": {"at": bson.Decimal128("1.5")}},
]


def make_unreadable(store, ticket, kind):
    if store.name == "sqlite":
        with contextlib.closing(sqlite3.connect(store.file)) as database:
            assert database.execute(UNREADABLE_ROWS[kind], [ticket]).rowcount == 1
            database.commit()
    else:
        with pymongo.MongoClient(store.server) as client:
            events = client[store.database].events
            where = {"ticket": bson.ObjectId(ticket), "seq": 3}
            assert events.update_one(where, UNREADABLE_FIELDS[kind]).modified_count == 1


def contents(store):
    """Every row or document, to see whether a repair changed any."""
    if store.name == "sqlite":
        with contextlib.closing(sqlite3.connect(store.file)) as database:
            rows = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            # The index keeps its words in its other tables.
            names = [name for (name,) in rows if name != "search"]
            return {name: list(database.execute(f'SELECT * FROM "{name}"')) for name in names}
    with pymongo.MongoClient(store.server) as client:
        database = client[store.database]
        names = sorted(set(database.list_collection_names()) - {"claims"})
        return {name: list(database[name].find().sort("_id")) for name in names}


@pytest.mark.parametrize("kind", range(3))
def test_an_event_that_cannot_be_read_is_named_and_the_check_goes_on(story, kind):
    store, ticket, _, _ = story
    make_unreadable(store, ticket, kind)
    found = run("check", "--store", store.uri, expect=1)
    assert f"ticket {ticket}: event 3 cannot be read: " in found, found
    # Nothing else of this ticket is held against events that nobody can read.
    assert found.endswith(": 1 problem\n"), found
    assert "checked 2 tickets" in found and "statistics were not compared" in found, found
    before = contents(store)
    refused = run("check", "--repair", "--store", store.uri, expect=1)
    assert "nothing was removed" in refused and "backup" in refused, refused
    assert contents(store) == before


def test_beside_an_unreadable_event_others_are_repaired_and_nothing_is_removed(story):
    store, ticket, other, _ = story
    make_unreadable(store, ticket, 0)
    ghost = "0" * 24
    if store.name == "sqlite":
        with contextlib.closing(sqlite3.connect(store.file)) as database:
            database.execute("UPDATE tickets SET status = 'closed' WHERE id = ?", [other])
            database.execute("INSERT INTO reads VALUES (?, 'eve', 3)", [ghost])
            database.commit()
    else:
        with pymongo.MongoClient(store.server) as client:
            database = client[store.database]
            one = {"_id": bson.ObjectId(other)}
            database.tickets.update_one(one, {"$set": {"alarmAt": 1}})
            database.search.insert_one({"_id": bson.ObjectId(ghost), "head": ["ghost"]})
    found = run("check", "--store", store.uri, expect=1)
    assert f"ticket {other}: tickets." in found and found.endswith(": 3 problems\n"), found
    refused = run("check", "--repair", "--store", store.uri, expect=1)
    assert "repaired 1 snapshots" in refused and "1 problem stays" in refused, refused
    again = run("check", "--store", store.uri, expect=1)
    assert f"ticket {other}" not in again and again.endswith(": 2 problems\n"), again


def test_events_of_no_ticket_and_statistics_that_cannot_be_read_are_named(story):
    store, ticket, _, _ = story
    if store.name == "sqlite":
        with contextlib.closing(sqlite3.connect(store.file)) as database:
            database.execute("UPDATE statistics SET counts = 'x' WHERE scope = 'all'")
            database.commit()
    else:
        with pymongo.MongoClient(store.server) as client:
            statistics = client[store.database].statistics
            statistics.update_many({"_id.scope": "all"}, {"$set": {"counts": "x"}})
    assert "statistics" in run("check", "--store", store.uri, expect=1)
    run("check", "--repair", "--store", store.uri)
    run("check", "--store", store.uri)
    if store.name == "sqlite":
        with contextlib.closing(sqlite3.connect(store.file)) as database:
            database.execute("UPDATE events SET ticket = 'T-1' WHERE ticket = ?", [ticket])
            database.commit()
    else:
        with pymongo.MongoClient(store.server) as client:
            events = client[store.database].events
            events.update_many({"ticket": bson.ObjectId(ticket)}, {"$set": {"ticket": "T-1"}})
    found = run("check", "--store", store.uri, expect=1)
    assert f"ticket {ticket}: it has a snapshot and no events" in found and "restore a backup" in found, found
    before = contents(store)
    run("check", "--repair", "--store", store.uri, expect=1)
    assert contents(store) == before


def test_an_outbox_entry_that_its_event_still_holds_is_checked(story):
    store, ticket, _, _ = story
    if store.name == "sqlite":
        pytest.skip("an event and its entries are written as one, into two tables")
    with pymongo.MongoClient(store.server) as client:
        events = client[store.database].events
        where = {"ticket": bson.ObjectId(ticket), "seq": 2}
        at = events.find_one(where)["at"]
        data = {"ticket": bson.ObjectId(ticket), "seq": 2, "at": at, "recipients": []}
        entry = {"id": f"{ticket}-2-people", "target": "people", "at": at}
        events.update_one(where, {"$set": {"outbox": [entry | {"data": data}]}})
        run("check", "--store", store.uri)
        for wrong in [entry, entry | {"data": data | {"seq": 3}}, {}]:
            events.update_one(where, {"$set": {"outbox": [wrong]}})
            found = run("check", "--store", store.uri, expect=1)
            assert f"event 2 of {ticket} holds cannot be read" in found, found
