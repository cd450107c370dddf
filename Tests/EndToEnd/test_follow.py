"""`guichet adopt --follow` and `--cut-over`: the old collection changes while hub and follower die."""

import random
import subprocess
import time

import pymongo
import pytest

from support import hub as guichet
from support import people
from support.adopting import TICKETS, adopt, export
from support.observe import wait_until
from support.old_portal import Portal, cast
from support.old_portal.writer import Writer

COUNT = TICKETS or 30


class Followed:
    """An old portal whose people go on writing."""

    def __init__(self, old):
        self.uri, self.database = old.uri, old.database
        self.portal = Portal(COUNT, files=False)
        self.portal.fill(self.database)
        self.writer = Writer(self.portal, self.database, random.Random(3))

    def adopt(self, *options, expect=0):
        ended = adopt(self.uri, "--users", "users", *options, expect=expect)
        return ended.stdout + ended.stderr


@pytest.fixture
def old(old):
    return Followed(old)


class Follower:
    def __init__(self, old, into):
        self.command = [guichet.BINARY, "adopt", old.uri, "--users", "users", *into, "--follow"]
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            list(map(str, self.command)),
            env=guichet.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert "up to date" in self.process.stdout.readline()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def follower(tmp_path):
    made = []

    def make(old, *into):
        made.append(Follower(old, into))
        return made[-1]

    yield make
    for each in made:
        if each.process and each.process.poll() is None:
            each.kill()


def where(hub, folder):
    token = folder / "token"
    token.write_text(people.token(people.admin("Moving")))
    return ["--hub", hub.url, "--token-file", token, "--position", folder / "place.json"]


def check_words(writer, logs):
    """Each text that must be there is there once, and what was edited or removed is nowhere."""
    for id, said in writer.said.items():
        bodies = [e["message"]["body"] for e in logs[id] if e.get("message")]
        for body in said:
            assert bodies.count(body) == said.count(body), body
    for id, gone in writer.removed.items():
        bodies = [e["message"]["body"] for e in logs[id] if e.get("message")]
        assert not set(gone) & set(bodies) - set(writer.said.get(id, []))


def lag(hub):
    lines = hub.rest(people.admin()).get("/metrics").text.splitlines()
    return [float(line.split()[1]) for line in lines if line.startswith("guichet_adopt_lag_seconds")]


def test_a_hub_follows_while_follower_and_hub_are_killed(old, store, start_hub, follower, tmp_path):
    old.adopt("--write", "--store", store.uri)
    hub = start_hub(store)
    into = where(hub, tmp_path)
    assert lag(hub) == []
    running = follower(old, *into)
    running.start()
    writer, desk = old.writer, hub.rest(people.admin())
    told = store.count()
    for _ in range(15):
        writer.step()
    wait_until(lambda: store.count() > told, "the follower writes", seconds=60)
    running.kill()
    for _ in range(10):
        writer.step()
    id = str(writer.ids[0])
    desk.say(id, "The hub's own word", internal=True)
    running.start()
    for _ in range(10):
        writer.step()
    hub.kill()
    for _ in range(5):
        writer.step()
    hub.start()
    wait_until(lambda: lag(hub) != [], "the follower has found the hub again", seconds=60)
    for _ in range(5):
        writer.step()
    running.kill()
    said = old.adopt(*into, "--cut-over", "--refuse-writes")
    assert ": equal" in said and "collMod" in said
    assert lag(hub) == []
    with pytest.raises(pymongo.errors.WriteError):
        old.database["tickets"].update_one({"_id": writer.ids[0]}, {"$set": {"title": "Late"}})
    assert "takes writes again" in old.adopt("--release")
    old.database["tickets"].update_one({"_id": writer.ids[0]}, {"$set": {"title": "Late"}})
    assert not old.database["tickets"].options().get("validator")
    # The old portal has told its people itself.
    desk = hub.rest(people.admin())
    assert desk.get("/api/notifications").json()["notifications"] == []
    hub.stop()
    assert ": ok" in guichet.command("check", "--store", store.uri).stdout
    logs = export(store, tmp_path / "export.jsonl")
    check_words(writer, logs)
    assert [e["message"]["body"] for e in logs[id] if e.get("message")].count("The hub's own word") == 1


def test_a_room_gets_what_the_old_portal_writes(old, embedded, start_hub, follower, tmp_path):
    old.adopt("--write", "--store", embedded.uri)
    hub = start_hub(embedded)
    running = follower(old, *where(hub, tmp_path))
    running.start()
    id = old.writer.ids[0]
    live = hub.live(people.admin())
    live.join(str(id))
    author = cast.TECHNICIAN_MEMBERS[0]
    old.writer.add(id, "Live from the old portal", author)
    event = live.event(kind="message", seconds=30)
    assert event["message"]["body"] == "Live from the old portal"
    assert event["by"]["id"] == str(author.id)


def test_without_a_hub_the_store_is_brought_up_to_date(old, store, tmp_path):
    into = ["--store", store.uri, "--position", tmp_path / "place.json"]
    old.adopt("--write", "--store", store.uri)
    before = store.count()
    old.adopt(*into, "--cut-over")
    assert store.count() == before, "an adopted ticket needs nothing more"
    for _ in range(40):
        old.writer.step()
    assert ": equal" in old.adopt(*into, "--cut-over")
    after = store.count()
    # Without its place the follower compares everything, and finds nothing.
    (tmp_path / "place.json").unlink()
    assert ": equal" in old.adopt(*into, "--cut-over")
    assert store.count() == after
    check_words(old.writer, export(store, tmp_path / "export.jsonl"))
    assert ": ok" in guichet.command("check", "--store", store.uri).stdout


def test_a_validator_comes_back_as_it_was(old, embedded, tmp_path):
    rule = {"title": {"$type": "string"}}
    old.database.command("collMod", "tickets", validator=rule, validationAction="warn")
    into = ["--store", embedded.uri, "--position", tmp_path / "place.json"]
    old.adopt(*into, "--cut-over", "--refuse-writes")
    with pytest.raises(pymongo.errors.WriteError):
        old.database["tickets"].insert_one({"title": "T"})
    old.adopt("--release")
    options = old.database["tickets"].options()
    assert options["validator"] == rule and options["validationAction"] == "warn"
    assert "nothing was changed" in old.adopt("--release")


@pytest.mark.parametrize(
    "options",
    [
        ["--hub", "http://127.0.0.1:9"],
        ["--hub", "ftp://x", "--token-file", "x"],
        ["--hub", "http://x", "--token-file", "/no/such/file"],
        ["--refuse-writes"],
        ["--collection", "a_view"],
    ],
)
def test_what_cannot_be_followed_is_said(old, embedded, options):
    old.database.command("create", "a_view", viewOn="tickets", pipeline=[])
    where = [] if "--hub" in options else ["--store", embedded.uri]
    task = [] if "--refuse-writes" in options else ["--follow"]
    assert "guichet: " in old.adopt(*options, *where, *task, expect=2)


def test_only_an_admin_adopts(hub_alone):
    path = "/api/adopted/0123456789abcdef01234567"
    lags = "/api/adopted"
    for someone in (people.client(), people.technician()):
        rest = hub_alone.rest(someone)
        rest.get(path, expect=403)
        rest.post(path, {"events": []}, expect=403)
        rest.post(lags, {"lagSeconds": 1}, expect=403)
    admin = hub_alone.rest(people.admin())
    admin.get(path, expect=404)
    admin.post(path, {"events": []}, expect=400)
    admin.post(path, {"events": [{"seq": 1}]}, expect=400)
    admin.post(lags, {"lagSeconds": -1}, expect=400)
    admin.post(lags, {"lagSeconds": 2.5}, expect=204)
    assert lag(hub_alone) == [2.5]
    admin.post(lags, {"lagSeconds": None}, expect=204)
    assert lag(hub_alone) == []
