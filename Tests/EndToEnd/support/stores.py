"""The two stores: where a hub keeps its tickets, and how a test reads them without the hub.

Only this file of the tests knows the layout of a store.
"""

import contextlib
import datetime
import gzip
import json
import os
import pathlib
import sqlite3
import tarfile
import urllib.parse
import uuid

import bson
import bson.json_util
import bson.raw_bson
import pymongo


class SQLite:
    name = "sqlite"

    def __init__(self, folder):
        self.file = pathlib.Path(folder) / "guichet.db"
        self.uri = f"sqlite:{self.file}"

    def query(self, statement):
        with contextlib.closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as database:
            return database.execute(statement).fetchall()

    def events(self):
        """Every stored event, in order, with the fields of `plain`."""
        rows = self.query("SELECT ticket, seq, data FROM events ORDER BY ticket, seq")
        return [plain({**json.loads(data), "ticket": t, "seq": s}) for t, s, data in rows]

    @contextlib.contextmanager
    def counting(self):
        """Lends a function that counts the events."""
        yield lambda: self.query("SELECT count(*) FROM events")[0][0]

    def count(self):
        with self.counting() as events:
            return events()

    def alter(self, ticket, change):
        """Calls `change` with each event of a ticket, and keeps what it makes of them."""
        with contextlib.closing(sqlite3.connect(self.file, timeout=10)) as database:
            rows = database.execute("SELECT seq, data FROM events WHERE ticket = ?", [ticket])
            for seq, data in rows.fetchall():
                event = json.loads(data)
                change(event)
                database.execute(
                    "UPDATE events SET data = ? WHERE ticket = ? AND seq = ?",
                    [json.dumps(event), ticket, seq],
                )
            database.commit()

    def poison_outbox(self):
        """Adds unreadable entries to the outbox: one for a webhook, one for people."""
        with contextlib.closing(sqlite3.connect(self.file, timeout=10)) as database:
            database.execute(
                "INSERT INTO outbox SELECT 'poison-' || target, target, 'waiting', 0, 0, NULL, '', "
                "'{\"broken' FROM (SELECT DISTINCT target FROM outbox)"
            )
            database.commit()

    def holds(self, needle):
        """Whether the bytes are anywhere: database, log, unused pages, files."""
        places = [self.file.with_name(self.file.name + end) for end in ("", "-wal", "-shm")]
        places += pathlib.Path(f"{self.file}.files").rglob("*")
        return any(needle in place.read_bytes() for place in places if place.is_file())

    def restore(self, folder):
        """Fills the empty store with the copy of one in `folder`."""
        with tarfile.open(folder / "sqlite.tar.gz") as copy:
            copy.extractall(self.file.parent, filter="data")

    def remove(self):
        pass  # the test's folder goes as a whole


class MongoDB:
    name = "mongodb"

    def __init__(self, server):
        """`server` is a URI without a database: each store gets one of its own."""
        self.server = server
        self.database = f"guichet_{uuid.uuid4().hex[:12]}"
        parts = urllib.parse.urlsplit(server)
        self.uri = parts._replace(path=f"/{self.database}").geturl()

    def events(self):
        with pymongo.MongoClient(self.server) as client:
            order = [("ticket", 1), ("seq", 1)]
            return [plain(event) for event in client[self.database]["events"].find().sort(order)]

    @contextlib.contextmanager
    def counting(self):
        with pymongo.MongoClient(self.server) as client:
            yield lambda: client[self.database]["events"].count_documents({})

    def count(self):
        with self.counting() as events:
            return events()

    def alter(self, ticket, change):
        with pymongo.MongoClient(self.server) as client:
            events = client[self.database]["events"]
            for event in list(events.find({"ticket": bson.ObjectId(ticket)})):
                change(event)
                events.replace_one({"_id": event["_id"]}, event)

    def poison_outbox(self):
        with pymongo.MongoClient(self.server) as client:
            outbox = client[self.database]["outbox"]
            for target in outbox.distinct("target"):
                outbox.insert_one(
                    {
                        "_id": f"poison-{target}",
                        "target": target,
                        "state": "waiting",
                        "due": datetime.datetime.fromtimestamp(0, datetime.timezone.utc),
                        "attempts": 0,
                        "data": {"broken": True},
                    }
                )

    def holds(self, needle):
        """Whether the bytes are in some document, chunks of files included."""
        raw = bson.CodecOptions(document_class=bson.raw_bson.RawBSONDocument)
        with pymongo.MongoClient(self.server) as client:
            database = client[self.database]
            return any(
                needle in document.raw
                for name in database.list_collection_names()
                for document in database.get_collection(name, codec_options=raw).find()
            )

    def restore(self, folder):
        options = bson.json_util.CANONICAL_JSON_OPTIONS
        with pymongo.MongoClient(self.server) as client:
            with gzip.open(folder / "mongodb.jsonl.gz", "rt", encoding="utf-8") as copy:
                for line in copy:
                    item = bson.json_util.loads(line, json_options=options)
                    if "document" in item:
                        collection.insert_one(item["document"])
                        continue
                    collection = client[self.database].create_collection(item["collection"])
                    for index in item["indexes"]:
                        index.pop("v")
                        collection.create_index(index.pop("key"), **index)

    def remove(self):
        with pymongo.MongoClient(self.server) as client:
            client.drop_database(self.database)


def plain(event):
    """The fields that the tests compare, the same from both stores."""
    message = event.get("message")
    return {
        "ticket": str(event["ticket"]),
        "seq": int(event["seq"]),
        "kind": event["kind"],
        "role": event["by"]["role"],
        "message": message
        and {"body": message["body"], "internal": bool(message.get("internal"))},
        "description": (event.get("head") or {}).get("description"),
    }


def available(name, folder):
    """The store of this name, or None if this machine has no server for it."""
    if name == "sqlite":
        return SQLite(folder)
    server = os.environ.get("GUICHET_TEST_MONGODB")
    return MongoDB(server) if server else None
