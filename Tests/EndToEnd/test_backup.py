"""`guichet backup` and `guichet restore` (docs/operations.md), and a store that is damaged."""

import itertools
import os
import pathlib
import stat
import threading

import pytest

from support import files, stores
from support import hub as guichet


def run(*arguments, expect=0):
    ended = guichet.command(*arguments)
    assert ended.returncode == expect, ended.stdout[-4000:] + ended.stderr[-2000:]
    return ended.stdout + ended.stderr


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_a_backup_of_a_serving_hub_is_whole_and_can_be_restored(
    embedded, hub_alone, start_hub, tmp_path, client
):
    mine = hub_alone.rest(client)
    file = files.upload(mine, b"as it was" * 1000, "note.txt")
    ticket = mine.create("Printer", attachments=[file["id"]])["id"]
    copy = tmp_path / "copies" / "guichet.db"
    copy.parent.mkdir()
    stopped = threading.Event()

    def write():
        for number in itertools.count():
            if stopped.is_set():
                return
            mine.say(ticket, f"message {number}")

    writing = threading.Thread(target=write)
    writing.start()
    try:
        said = run("backup", copy, "--store", embedded.uri)
    finally:
        stopped.set()
        writing.join()
    assert "1 tickets" in said and "checked" in said
    # A copy has no log and no other remains, and is for its user alone.
    assert sorted(path.name for path in copy.parent.iterdir()) == ["guichet.db", "guichet.db.files"]
    assert (mode(copy), mode(f"{copy}.files")) == (0o600, 0o700)
    run("check", "--store", f"sqlite:{copy}")
    before = copy.read_bytes()
    assert "nothing is overwritten" in run("backup", copy, "--store", embedded.uri, expect=2)
    assert "nothing is overwritten" in run("restore", copy, "--store", embedded.uri, expect=2)
    assert copy.read_bytes() == before

    place = stores.SQLite(tmp_path / "restored")
    place.file.parent.mkdir()
    assert "restored" in run("restore", copy, "--store", place.uri)
    restored = start_hub(place).rest(client)
    assert restored.get(f"/api/tickets/{ticket}").json()["title"] == "Printer"
    assert files.download(restored, file).content == b"as it was" * 1000
    restored.say(ticket, "It goes on.")


def test_a_backup_that_is_not_whole_is_not_restored(embedded, start_hub, tmp_path, client):
    hub = start_hub(embedded)
    mine = hub.rest(client)
    file = files.upload(mine, b"as it was", "note.txt")
    mine.create("Printer", attachments=[file["id"]])
    hub.stop()
    copy = tmp_path / "copy.db"
    run("backup", copy, "--store", embedded.uri)
    for path in pathlib.Path(f"{copy}.files").iterdir():
        path.unlink()
    place = tmp_path / "restored.db"
    refused = run("restore", copy, "--store", f"sqlite:{place}", expect=1)
    assert file["id"] in refused and "nothing was restored" in refused
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("restored")]
    assert "there is no store" in run("restore", f"{copy}x", "--store", f"sqlite:{place}", expect=2)


@pytest.mark.parametrize("damage", ["head", "pages"])
def test_a_damaged_store_stops_the_start_and_says_how_to_restore(
    embedded, start_hub, tmp_path, client, damage
):
    hub = start_hub(embedded)
    for number in range(20):
        hub.rest(client).create(f"number {number}", description="word " * 500)
    hub.stop()
    copy = tmp_path / "copy.db"
    run("backup", copy, "--store", embedded.uri)
    content = bytearray(embedded.file.read_bytes())
    for page in [0] if damage == "head" else range(8192, len(content) - 4096, 4096):
        content[page : page + 1024] = b"\xa5" * 1024
    embedded.file.write_bytes(content)
    refused = run("serve", "--listen", "127.0.0.1:0", "--store", embedded.uri, expect=2)
    assert f"guichet restore BACKUP --store sqlite:{embedded.file}" in refused, refused
    # As the message says.
    for path in list(embedded.file.parent.glob(f"{embedded.file.name}*")):
        path.rename(tmp_path / f"damaged-{path.name}")
    run("restore", copy, "--store", embedded.uri)
    assert len(start_hub(embedded).rest(client).get("/api/tickets").json()["tickets"]) == 20


def test_a_database_of_mongodb_is_not_copied_by_the_hub(tmp_path):
    refused = run("backup", tmp_path / "x", "--store", "mongodb://127.0.0.1:1/guichet", expect=2)
    assert "mongodump" in refused and not (tmp_path / "x").exists()
