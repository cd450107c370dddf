"""`guichet adopt --files` and `--files-from`: the bytes of an old portal's attachments."""

import hashlib
import json

import pytest

from support.adopting import adopt, export, run
from support.file_server import FileServer
from support.old_portal import Portal

COUNT = 60
NOW = "2025-03-01T10:00:00.000Z"


@pytest.fixture
def server():
    server = FileServer({})
    yield server
    server.stop()


def content(file):
    """What the old portal's generator writes."""
    return f"The bytes of {file['path']}\n".encode() * 20


def attached(logs):
    """Attachments by ticket, each with its event."""
    return {
        id: [(file, e) for e in events for file in (e.get("message") or {}).get("attachments", [])]
        for id, events in logs.items()
    }


def one_ticket(old, *files):
    """A ticket whose only message has these files."""
    message = {"content": "see", "author": "ann", "createdAt": NOW, "attachments": list(files)}
    return old.database["tickets"].insert_one(
        {"title": "T", "status": "open", "client": "ann", "createdAt": NOW, "messages": [message]}
    ).inserted_id


def body(store, tmp_path, name="export.jsonl"):
    (events,) = export(store, tmp_path / name).values()
    return events[1]["message"]


def test_files_of_a_folder_are_for_people_who_may_see_the_message(
    old, store, tmp_path, start_hub, admin, client
):
    portal = Portal(COUNT)
    portal.fill(old.database)
    folder = tmp_path / "uploads"
    count = portal.write_files(folder)
    found = json.loads(adopt(old.uri, "--json", "--files", folder).stdout)
    assert (found["files"], found["links"]) == (count, 0)
    said = adopt(old.uri, "--users", "users", "--files", folder, "--write", store=store)
    assert f"fetched {count} files" in said.stderr
    logs = attached(export(store, tmp_path / "export.jsonl"))
    truths = [t for t in portal.truths() if any(m["attachments"] for m in t["messages"])]
    for truth in truths:
        files = [file for message in truth["messages"] for file in message["attachments"]]
        assert [file["size"] for file, _ in logs[truth["id"]]] == [len(content(f)) for f in files]
        assert not any("/uploads/" in e["message"]["body"] for _, e in logs[truth["id"]])
    adopt(old.uri, "--users", "users", "--verify", store=store)
    assert ": ok" in run("check", "--store", store.uri).stdout
    hub = start_hub(store)
    desk, stranger = hub.rest(admin), hub.rest(client)
    for truth in truths[:5]:
        files = [file for message in truth["messages"] for file in message["attachments"]]
        for (file, _), old_file in zip(logs[truth["id"]], files, strict=True):
            assert desk.get(f"/api/files/{file['id']}").content == content(old_file)
            stranger.get(f"/api/files/{file['id']}", 404)


def test_a_file_is_found_by_its_path_and_by_its_name_and_never_outside(old, store, tmp_path):
    folder = tmp_path / "uploads"
    (folder / "57").mkdir(parents=True)
    (folder / "57/path é.txt").write_bytes(b"by path")
    (folder / "name.txt").write_bytes(b"by name")
    (folder / "folder.txt").mkdir()
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"secret")
    (folder / "link.txt").symlink_to(secret)
    (folder / "outside").symlink_to(tmp_path)
    places = [
        "https://old.example.org/uploads/57/path%20%C3%A9.txt",
        r"C:\files\name.txt",
        "../secret.txt",
        str(secret),
        "link.txt",
        "outside/secret.txt",
        "%2e%2e/secret.txt",
        "folder.txt",
        "gone.txt",
    ]
    one_ticket(old, *[{"name": f"f{n}.txt", "url": place} for n, place in enumerate(places)])
    said = adopt(old.uri, "--files", folder, "--write", "--json", store=store)
    found = json.loads(said.stdout)
    assert (found["files"], found["links"]) == (2, 7)
    message = body(store, tmp_path)
    assert [file["name"] for file in message["attachments"]] == ["f0.txt", "f1.txt"]
    assert [file["size"] for file in message["attachments"]] == [7, 7]
    assert all(place in message["body"] for place in places[2:])
    adopt(old.uri, "--verify", store=store)


def test_a_server_gives_the_files_and_what_it_has_not_stays_a_link(
    old, store, tmp_path, server
):
    other = FileServer({"/uploads/moved.txt": b"from elsewhere"})
    server.files = {
        "/uploads/57/é.txt": b"whole",
        "/uploads/new.txt": b"moved on",
        "/uploads/get?id=5": b"asked",
        "/uploads/broken.txt": b"",
        "/uploads/big.bin": bytes(2 << 20),
    }
    server.redirects = {
        "/uploads/old.txt": "/uploads/new.txt",
        "/uploads/away.txt": other.url + "/uploads/moved.txt",
    }
    server.answers = {"/uploads/broken.txt": 500}
    places = [
        "/uploads/57/é.txt",
        "https://old.example.org/uploads/old.txt",
        "/uploads/get?id=5",
        "/uploads/away.txt",
        "/uploads/broken.txt",
        "/uploads/big.bin",
        other.url + "/uploads/moved.txt",
    ]
    one_ticket(old, *[{"name": f"f{n}.txt", "url": place} for n, place in enumerate(places)])
    options = ["--files-from", server.url + "/uploads/", "--files-limit", "1"]
    private = adopt(old.uri, *options, "--write", store=store, expect=2)
    assert "--allow-private" in private.stderr and server.asked == []
    said = adopt(old.uri, *options, "--allow-private", "--write", "--json", store=store)
    other.stop()
    found = json.loads(said.stdout)
    assert (found["files"], found["links"]) == (3, 4)
    assert [one["reason"] for one in found["notFetched"]] == [
        "it redirects to another host",
        "the server answered 500",
        "it is over the limit of --files-limit",
        "the server answered 404",
    ]
    assert other.asked == []
    message = body(store, tmp_path)
    assert [file["name"] for file in message["attachments"]] == ["f0.txt", "f1.txt", "f2.txt"]
    assert [file["size"] for file in message["attachments"]] == [5, 8, 5]
    assert all(place in message["body"] for place in places[3:])


def test_a_second_run_fetches_nothing_again(old, store, tmp_path, server):
    server.files = {"/u/a.txt": b"a"}
    one_ticket(old, "/u/a.txt")
    options = ["--files-from", server.url + "/u", "--allow-private", "--write"]
    adopt(old.uri, *options, store=store)
    asked = len(server.asked)
    again = adopt(old.uri, *options, store=store)
    assert len(server.asked) == asked and "fetched 0 files" in again.stderr


def test_files_of_json_lines_lie_beside_them(store, tmp_path, start_hub, admin):
    files = tmp_path / "desk.jsonl.files/57"
    files.mkdir(parents=True)
    (files / "photo.jpg").write_bytes(b"\xff\xd8\xff photo")
    lines = tmp_path / "desk.jsonl"
    told = [{"name": "photo.jpg", "path": "desk.jsonl.files/57/photo.jpg"}]
    message = {"type": "message", "ticket": "57", "author": "zoe", "text": "See", "at": NOW}
    ticket = {"type": "ticket", "id": "57", "title": "T", "status": "open", "client": "zoe"}
    lines.write_text(
        "\n".join(json.dumps(x) for x in [{**ticket, "createdAt": NOW}, {**message, "files": told}])
    )
    adopt(lines, "--write", store=store)
    (file,) = body(store, tmp_path)["attachments"]
    assert (file["name"], file["type"]) == ("photo.jpg", "image/jpeg")
    answer = start_hub(store).rest(admin).get(f"/api/files/{file['id']}")
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(b"\xff\xd8\xff photo").digest()


@pytest.mark.parametrize(
    "options",
    [
        ["--files", "/no/such/folder"],
        ["--files-from", "ftp://desk.example.org/"],
        ["--files-from", "http://user@127.0.0.1/", "--allow-private"],
        ["--files-from", "http://localhost:9/uploads/"],
        ["--files-from", "http://[::1]/"],
        ["--files", ".", "--files-from", "https://desk.example.org/"],
        ["--files", ".", "--files-limit", "0"],
    ],
)
def test_a_wrong_source_of_files_is_exit_code_2(options, tmp_path):
    lines = tmp_path / "x.jsonl"
    lines.write_text("")
    assert run("adopt", lines, *options, expect=2).stderr.startswith("guichet: ")
