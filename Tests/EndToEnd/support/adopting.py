"""An old portal's database, and `guichet adopt` on it."""

import itertools
import json
import os
import urllib.parse
import uuid

import pymongo

from support import hub as guichet


# A whole portal for a run by hand: as many tickets as somebody wants to wait for.
TICKETS = int(os.environ.get("GUICHET_ADOPT_TICKETS", "0"))
TIMEOUT_SECONDS = 300 + TICKETS // 20


class Old:
    """A database of an old portal."""

    def __init__(self, server):
        self.client = pymongo.MongoClient(server)
        self.name = f"old_{uuid.uuid4().hex[:12]}"
        self.database = self.client[self.name]
        self.uri = urllib.parse.urlsplit(server)._replace(path=f"/{self.name}").geturl()

    def remove(self):
        self.client.drop_database(self.name)
        self.client.close()


def run(*arguments, expect=0):
    ended = guichet.command(*arguments, timeout=TIMEOUT_SECONDS)
    assert ended.returncode == expect, ended.stdout[-3000:] + ended.stderr[-3000:]
    return ended


def adopt(source, *options, store=None, expect=0):
    where = ["--store", store.uri] if store else []
    return run("adopt", source, *options, *where, expect=expect)


def report(source, *options, expect=0):
    return json.loads(adopt(source, "--json", *options, expect=expect).stdout)


def export(store, file):
    """The logs by ticket."""
    run("export", "--store", store.uri, "--out", file)
    return dict(logs(file))


def logs(file):
    """Each ticket of an export with its log, without holding them all."""
    with file.open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            if "events" in line:
                yield line["ticket"], line["events"]


def assert_same(store, other, folder):
    """Both stores have the same logs."""
    files = [folder / "one.jsonl", folder / "other.jsonl"]
    for each, file in zip([store, other], files, strict=True):
        run("export", "--store", each.uri, "--out", file)
    for one, another in itertools.zip_longest(*map(logs, files)):
        assert one == another
