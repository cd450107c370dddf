"""An old portal's database, and `guichet adopt` on it."""

import json
import urllib.parse
import uuid

import pymongo

from support import hub as guichet


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
    ended = guichet.command(*arguments, timeout=300)
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
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {line["ticket"]: line["events"] for line in lines if "events" in line}
