"""The one writer of a store, the commands that may run beside its hub, and the permissions of
its files."""

import contextlib
import json
import os
import pathlib
import sqlite3
import stat
import subprocess

import pymongo
import pytest

from support import files as uploads
from support import hub as guichet
from support import stores
from support.hub import ROOT


def run(*arguments, expect=0, **options):
    ended = guichet.command(*arguments, **options)
    assert ended.returncode == expect, ended.stdout[-2000:] + ended.stderr[-2000:]
    return ended


def serve(uri, expect=2):
    """A start that must fail."""
    return run(
        "serve", "--listen", "127.0.0.1:0", "--store", uri, "--web", ROOT / "web", expect=expect
    )


def what_is_there(store):
    if store.name == "sqlite":
        return sorted(os.listdir(store.file.parent))
    with pymongo.MongoClient(store.server) as client:
        return sorted(client[store.database].list_collection_names())


ERASE = ["erase", "bob", "--messages", "keep"]


def test_a_store_that_is_not_there_is_exit_code_2_and_stays_away(store):
    outbox = (["outbox", "list"], ["outbox", "replay", "--dead"])
    for command in (["check"], ["check", "--repair"], ["export"], ERASE, *outbox):
        refused = run(*command, "--store", store.uri, expect=2)
        assert "there is no store" in refused.stderr and "ok" not in refused.stdout
        assert what_is_there(store) == []


def test_no_path_is_mistaken_for_a_store(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE notes (text)")
    (tmp_path / "empty.db").touch()
    for file in tmp_path.glob("*.db"):
        file.chmod(0o644)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    before = sorted(os.listdir(tmp_path))
    for command in (["outbox", "list"], ["outbox", "replay", "--dead"], ["export"], ERASE):
        run(*command, "--store", f"sqlite:{tmp_path / 'empty.db'}", expect=2)
    for name in ("empty.db", "other.db", "folder", "fifo", "no/such.db"):
        run("check", "--store", f"sqlite:{tmp_path / name}", expect=2)
        run("check", "--repair", "--store", f"sqlite:{tmp_path / name}", expect=2)
    for command in (["check"], ["export"], ["import", "/dev/null"]):
        assert "give a path" in run(*command, "--store", "sqlite::memory:", expect=2).stderr
    assert "give a path" in serve("sqlite::memory:").stderr
    assert (tmp_path / "empty.db").stat().st_size == 0
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.db")} == {0o644}
    assert sorted(os.listdir(tmp_path)) == before


def test_a_file_of_a_newer_guichet_or_of_no_program_is_not_touched(tmp_path):
    heading = tmp_path / "nothing.jsonl"
    heading.write_text('{"format":"guichet-export","version":2}\n')
    newer, zeros = tmp_path / "newer.db", tmp_path / "zeros.db"
    run("import", heading, "--store", f"sqlite:{newer}")
    with contextlib.closing(sqlite3.connect(newer)) as database:
        database.execute("PRAGMA user_version = 999")
    zeros.write_bytes(b"SQLite format 3\0" + bytes(4080))
    for file, reason in [(newer, "made by a newer Guichet"), (zeros, "is not a SQLite database")]:
        file.chmod(0o644)
        before = file.read_bytes()
        uri = f"sqlite:{file}"
        for command in (["check", "--repair"], ERASE, ["import", heading]):
            assert reason in run(*command, "--store", uri, expect=2).stderr, command
        assert reason in serve(uri).stderr
        assert file.read_bytes() == before and stat.S_IMODE(file.stat().st_mode) == 0o644


def test_one_hub_writes_and_everybody_reads(store, start_hub, tmp_path, client):
    hub = start_hub(store)
    ticket = hub.rest(client).create()["id"]
    holder = f"process {hub.process.pid} (guichet serve)"
    copy = tmp_path / "copy.jsonl"
    run("export", "--store", store.uri, "--out", copy)
    run("check", "--store", store.uri)
    names = [store.uri]
    if store.name == "sqlite":
        (tmp_path / "symbolic.db").symlink_to(store.file)
        (tmp_path / "hard.db").hardlink_to(store.file)
        names += [f"sqlite:{tmp_path / name}" for name in ("symbolic.db", "hard.db")]
    for name in names:
        for refused in (
            serve(name),
            run("check", "--repair", "--store", name, expect=2),
            run("import", "--store", name, copy, expect=2),
        ):
            assert holder in refused.stderr and "since 20" in refused.stderr, refused.stderr
    # Nothing of that was noticed, and a hub that is killed leaves nothing in the way.
    hub.rest(client).say(ticket, "Still here")
    hub.close_clients()
    hub.kill()
    hub.start()
    hub.rest(client).say(ticket, "Back")
    hub.stop()
    before = what_is_there(store)
    run("check", "--store", store.uri)
    assert what_is_there(store) == before
    run("check", "--repair", "--store", store.uri)
    run("import", "--store", store.uri, copy, expect=2)  # There are newer events.


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_what_a_hub_keeps_is_for_its_user_alone(embedded, start_hub, client, tmp_path):
    before = os.umask(0)
    try:
        hub = start_hub(embedded)
        mine = hub.rest(client)
        uploaded = uploads.upload(mine, b"mine", "mine.txt")
        mine.create(attachments=[uploaded["id"]])
        folder = pathlib.Path(f"{embedded.file}.files")
        (upload,) = [path for path in folder.iterdir() if path.is_file()]
        kept = [embedded.file, upload, *(f"{embedded.file}{end}" for end in ("-wal", "-shm"))]
        assert {mode(path) for path in kept} == {0o600}
        assert {mode(path) for path in (folder, folder / "tmp")} == {0o700}
        run("export", "--store", embedded.uri, "--out", tmp_path / "copy.jsonl")
        assert mode(tmp_path / "copy.jsonl") == 0o600
        hub.close_clients()
        hub.kill()
        for path in kept:
            os.chmod(path, 0o644)
        for path in (folder, folder / "tmp"):
            os.chmod(path, 0o777)
        hub.start()
        assert {mode(path) for path in kept} == {0o600}
        assert {mode(path) for path in (folder, folder / "tmp")} == {0o700}
        for path in (*kept, folder):
            assert f'ev=permissions_repaired path="{path}"' in hub.log
        hub.stop()
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
        assert "is a link" in serve(embedded.uri).stderr
    finally:
        os.umask(before)


def test_a_store_that_cannot_be_written_stops_the_start(embedded, start_hub):
    start_hub(embedded).stop()
    attribute = ["chattr", "+i", embedded.file]
    try:
        if subprocess.run(attribute, capture_output=True).returncode != 0:
            pytest.skip("this file system has no immutable files")
    except FileNotFoundError:
        pytest.skip("chattr is not installed")
    try:
        refused = serve(embedded.uri)
        assert str(embedded.file) in refused.stderr and "chown" in refused.stderr
    finally:
        subprocess.run(["chattr", "-i", embedded.file], check=True)
    start_hub(embedded)


def test_an_export_overwrites_nothing_and_follows_no_link(embedded, start_hub, tmp_path):
    start_hub(embedded).stop()
    precious = tmp_path / "precious"
    precious.write_text("mine")

    def export(name, expect):
        run("export", "--store", embedded.uri, "--out", tmp_path / name, expect=expect)
        assert precious.read_text() == "mine"

    export("precious", 2)
    (tmp_path / "link").symlink_to(precious)
    export("link", 2)
    (tmp_path / "a.part").symlink_to(precious)
    export("a", 2)
    (tmp_path / "b.part").hardlink_to(precious)
    export("b", 2)
    (tmp_path / "dangling.part").symlink_to(tmp_path / "nowhere")
    export("dangling", 2)
    assert not (tmp_path / "nowhere").exists() and not (tmp_path / "a").exists()
    # The remains of an interrupted export do not prevent a new one.
    (tmp_path / "c.part").write_text("half")
    export("c", 0)
    assert (tmp_path / "c").read_text().startswith('{"format"')
    assert not (tmp_path / "c.part").exists()


# Keys that only their bytes tell apart, and one that opens a ticket and speaks on it.
KEYS = ["\u00e9", "e\u0301", "K", "\u212a", "both"]


def test_keys_and_people_travel_as_bytes(store, start_hub, tmp_path, client, lina):
    hub = start_hub(store)
    mine = hub.rest(client)
    for key in KEYS:
        ticket = mine.create(key=key.encode())["id"]
        for other in KEYS:
            mine.say(ticket, f"under {other}", key=other)
    assert len(mine.get("/api/tickets").json()["tickets"]) == len(KEYS)
    hub.stop()
    run("check", "--store", store.uri)
    first, twins, second = (tmp_path / name for name in ("first", "twins", "second"))
    run("export", "--store", store.uri, "--out", first)
    heading, *rest = first.read_text(encoding="utf-8").splitlines(keepends=True)
    people = [
        json.dumps({"person": {"id": id, "name": f"Twin {n}", "role": "client"}}, ensure_ascii=False)
        for n, id in enumerate(["jos\u00e9", "jose\u0301", "K1", "\u212a1", "\u00c5", "\u212b", "A\u030a"])
    ]
    twins.write_text("".join([heading, *(f"{person}\n" for person in people), *rest]))
    folder = tmp_path / "other"
    folder.mkdir()
    name = "mongodb" if store.name == "sqlite" else "sqlite"
    other = stores.available(name, folder) or stores.SQLite(folder)
    try:
        done = run("import", "--store", other.uri, twins)
        assert ": ok" in done.stderr
        run("check", "--store", other.uri)
        run("export", "--store", other.uri, "--out", second)
        lines = second.read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if '{"person":{' not in line[:11]] == [
            line.rstrip("\n") for line in [heading, *rest] if '{"person":{' not in line[:11]
        ]
        assert {json.loads(line)["person"]["id"] for line in people} <= {
            json.loads(line)["person"]["id"] for line in lines if line.startswith('{"person"')
        }
        # And once more, into the store that it came from: byte for byte the same.
        again = tmp_path / "again"
        run("import", "--store", store.uri, second)
        run("export", "--store", store.uri, "--out", again)
        assert again.read_bytes() == second.read_bytes()
    finally:
        other.remove()
