"""Files: upload, attachment, and download by permitted people (docs/protocol.md 9)."""

import os

import pytest
import requests

from support import people
from support.files import PNG, download, entries, folder, stored_pieces, upload
from support.live import Refused
from support.observe import metric, wait_until
from support.rest import assert_problem

UNKNOWN = {"id": "0123456789abcdef01234567"}


@pytest.fixture
def mine(hub, client):
    return hub.rest(client)


def test_a_file_goes_up_and_comes_down_as_it_was(hub, mine):
    big = os.urandom(3_000_000) + b"\r\n--" + os.urandom(70_001)
    file = upload(mine, big, "relevé été.bin")
    assert file == {
        "id": file["id"],
        "name": "relevé été.bin",
        "type": "application/octet-stream",
        "size": len(big),
        "url": f"/api/files/{file['id']}",
    }
    answer = download(mine, file)
    assert answer.content == big
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="relev_ _t_.bin"; '
        "filename*=UTF-8''relev%C3%A9%20%C3%A9t%C3%A9.bin"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    for content in (b"", b"a"):
        assert download(mine, upload(mine, content, "tiny")).content == content
    assert metric(hub, "uploads_total") == 3 and metric(hub, "downloads_total") == 3


def test_an_upload_that_is_sent_again_is_the_same_file(hub, store, start_hub, client, lina):
    mine, theirs = hub.rest(client), hub.rest(lina)
    key = {"headers": {"Idempotency-Key": "photo-1"}}
    file = upload(mine, PNG, "photo.png", **key)
    assert upload(mine, PNG, "photo.png", **key) == file | {"replayed": True}
    for content, name in ((PNG + b"x", "photo.png"), (PNG, "other.png"), (b"", "photo.png")):
        refused = upload(mine, content, name, expect=409, **key)
        assert_problem(refused, 409, "key_mismatch", field="key")
    # A key is one person's, and of uploads alone.
    assert upload(theirs, PNG, "photo.png", **key)["id"] != file["id"]
    assert upload(mine, PNG, "photo.png")["id"] != file["id"]
    mine.create(attachments=[file["id"]], key="photo-1")
    assert upload(mine, PNG, "photo.png", **key)["id"] == file["id"]
    too_long = {"headers": {"Idempotency-Key": "k" * 65}}
    assert_problem(upload(mine, PNG, expect=400, **too_long), 400, "too_large", field="key")
    hub.stop()
    again = start_hub(store).rest(client)
    assert upload(again, PNG, "photo.png", **key) == file | {"replayed": True}


def test_a_message_carries_its_files_over_every_transport(hub, client, lina):
    mine, theirs = hub.rest(client), hub.rest(lina)
    asking, answering = hub.live(client), hub.live(lina)
    assert asking.hello["limits"]["uploadBytes"] == 25 * 1024 * 1024
    at_creation = upload(mine, name="first.png")
    snapshot = mine.create(attachments=[at_creation["id"]])
    assert snapshot["attachments"] == [at_creation]
    ticket = snapshot["id"]
    answering.join(ticket)

    second, third = upload(mine, name="second.png"), upload(mine, b"words", "third.txt")
    both = [second["id"], third["id"]]
    said = mine.post(f"/api/tickets/{ticket}", {"attachments": both}).json()["message"]
    assert said["body"] == "" and said["attachments"] == [second, third]
    assert answering.event(seq=2)["message"]["attachments"] == [second, third]

    photo = upload(theirs, name="answer.png")
    answering.ask("message", ticket=ticket, body="See here", attachments=[photo["id"]])
    events = mine.events(ticket)["events"]
    assert [e["message"]["attachments"] for e in events[1:]] == [[second, third], [photo]]
    assert events[0]["head"]["attachments"] == [at_creation]
    assert all(entry["ticket"] == ticket for entry in entries(hub.store).values())
    for file in (at_creation, second, photo):
        for person in (mine, theirs):
            assert download(person, file).content == PNG


def test_only_own_free_files_can_be_attached(hub, client, mine):
    other = hub.rest(people.client())
    live = hub.live(client)
    ticket = mine.create()["id"]
    used, theirs = upload(mine), upload(other)
    mine.say(ticket, "first", attachments=[used["id"]])
    seq = mine.get(f"/api/tickets/{ticket}").json()["seq"]
    free = upload(mine)["id"]
    for ids in ([used["id"]], [theirs["id"]], [UNKNOWN["id"]], ["x"], [free, free], [free, "x"]):
        answer = mine.post(f"/api/tickets/{ticket}", {"body": "no", "attachments": ids}, 400)
        assert_problem(answer, 400, "bad_request", "attachments")
        with pytest.raises(Refused) as refused:
            live.ask("message", ticket=ticket, body="no", attachments=ids)
        assert (refused.value.code, refused.value.field) == ("bad_request", "attachments")
    with pytest.raises(Refused) as refused:
        live.create(attachments=[used["id"]])
    assert refused.value.field == "attachments"
    eleven = [upload(mine)["id"] for _ in range(11)]
    answer = mine.post(f"/api/tickets/{ticket}", {"body": "no", "attachments": eleven}, 400)
    assert answer.json()["errors"][0]["field"] == "attachments"
    assert mine.get(f"/api/tickets/{ticket}").json()["seq"] == seq
    mine.say(ticket, "ten", attachments=eleven[:10])
    mine.say(ticket, "", attachments=[free])
    assert_problem(mine.post(f"/api/tickets/{ticket}", {"body": " "}, 400), 400, "bad_request")


def test_a_key_covers_the_files_of_its_command(mine):
    ticket = mine.create()["id"]
    file, other = upload(mine)["id"], upload(mine)["id"]
    fields = {"body": "look", "attachments": [file], "key": "k1"}
    first = mine.post(f"/api/tickets/{ticket}", fields).json()
    again = mine.post(f"/api/tickets/{ticket}", fields).json()
    assert again["replayed"] is True and again["message"] == first["message"]
    for ids in ([other], [], [file, other]):
        answer = mine.post(f"/api/tickets/{ticket}", {**fields, "attachments": ids}, 409)
        assert_problem(answer, 409, "key_mismatch")


# Who may have a file


def test_access_is_the_tickets(hub, client, lina, admin):
    colleague = people.client(projects=("atelier",))
    stranger = people.client(projects=("elsewhere",))
    watcher = people.client(projects=("elsewhere",))
    busy = people.technician()
    everyone = {p: hub.rest(p) for p in (client, lina, admin, colleague, stranger, watcher, busy)}
    for rest in everyone.values():
        rest.get("/api/me")

    def readers(file):
        answers = {p: rest.call("GET", f"/api/files/{file['id']}") for p, rest in everyone.items()}
        for answer in answers.values():
            assert answer.status_code in (200, 404)
            assert answer.status_code == 404 or answer.content == PNG
            assert answer.status_code == 200 or PNG[:8] not in answer.content
        return {p for p, answer in answers.items() if answer.status_code == 200}

    file = upload(everyone[client])
    assert readers(file) == {client}, "before it is attached it is its uploader's"
    ticket = everyone[client].create(attachments=[file["id"]])["id"]
    assert readers(file) == {client, lina, admin, colleague, busy}
    everyone[lina].patch(f"/api/tickets/{ticket}", {"action": "take"})
    assert readers(file) == {client, lina, admin, colleague}, "assigned to somebody else"
    everyone[admin].patch(f"/api/tickets/{ticket}", {"watchers": [watcher.id]})
    assert readers(file) == {client, lina, admin, colleague, watcher}
    everyone[admin].patch(f"/api/tickets/{ticket}", {"project": "vault", "watchers": []})
    assert readers(file) == {client, lina, admin}

    note = upload(everyone[lina])
    assert readers(note) == {lina}
    everyone[lina].say(ticket, "", internal=True, attachments=[note["id"]])
    assert readers(note) == {lina, admin}, "an internal message's file is for staff"

    gone = everyone[client].call("GET", f"/api/files/{UNKNOWN['id']}")
    hidden = everyone[client].call("GET", f"/api/files/{note['id']}")
    assert_problem(gone, 404, "not_found")
    assert gone.json() == hidden.json(), "not there and not yours are the same"
    for name in ("x", "%00", "%2e%2e", "0" * 25, "0" * 23 + "g"):
        assert everyone[client].call("GET", f"/api/files/{name}").status_code in (400, 404)
    assert requests.get(hub.url + file["url"], timeout=10).status_code == 401


def test_a_note_and_its_file_never_reach_a_client(hub, client, lina):
    canary = b"canary-file-91d2"
    mine, theirs = hub.rest(client), hub.rest(lina)
    asking = hub.live(client)
    ticket = asking.create()
    note = upload(theirs, canary, "canary-name-91d2.txt")
    theirs.say(ticket["id"], "canary-note", internal=True, attachments=[note["id"]])
    theirs.say(ticket["id"], "All is well.")
    asking.event(seq=3)
    mine.get(f"/api/tickets/{ticket['id']}")
    mine.events(ticket["id"])
    mine.get("/api/tickets")
    for path in ("", "?x=1"):
        mine.call("GET", f"/api/files/{note['id']}{path}", 404)
        mine.call("HEAD", f"/api/files/{note['id']}{path}", 404)
    seen = "".join(asking.raw).encode() + b"".join(mine.bodies)
    assert b"canary" not in seen and note["id"].encode() not in seen


# Parts of a file, and copies of it


def test_ranges_tags_and_head(mine):
    content = bytes(range(256)) * 2000
    file = upload(mine, content, "bytes.bin")
    whole = download(mine, file)
    tag = whole.headers["ETag"]
    assert whole.headers["Accept-Ranges"] == "bytes"

    def ask(expect, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return download(mine, file, expect, headers=headers)

    for text, start, end in [
        ("0-0", 0, 1), ("5-9", 5, 10), ("131071-131073", 131071, 131074),
        ("-7", len(content) - 7, len(content)), ("500000-", 500_000, len(content)),
        ("511999-9999999999999999999999", 511_999, len(content)),
    ]:  # fmt: skip
        answer = ask(206, Range=f"bytes={text}")
        assert answer.content == content[start:end]
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(content)}"
        assert answer.headers["Content-Length"] == str(end - start)
    for text in ("512000-", "9-5", "-0", "x", "-"):
        answer = ask(416, Range=f"bytes={text}")
        assert answer.headers["Content-Range"] == f"bytes */{len(content)}"
    for text in ("bytes=0-1,5-6", "lines=1-2"):
        assert ask(200, Range=text).content == content
    assert ask(206, Range="bytes=0-3", If_Range=tag).content == content[:4]
    assert ask(200, Range="bytes=0-3", If_Range='"another"').content == content
    for known in (tag, "*", f'"x", W/{tag}'):
        answer = ask(304, If_None_Match=known)
        assert answer.content == b"" and answer.headers["ETag"] == tag
    assert ask(200, If_None_Match='"x"').content == content
    answer = mine.call("HEAD", file["url"], 200, headers={"Range": "bytes=0-3"})
    assert answer.headers["Content-Length"] == str(len(content)) and answer.content == b""
    for method in ("POST", "DELETE", "PUT"):
        assert_problem(mine.call(method, file["url"]), 405, "bad_request")


# Names and types

HOSTILE = ["../{}", "..\\{}", "/etc/{}", "C:\\dir\\{}", "%2e%2e%2f{}", "a/../../{}", "....//{}"]
AWKWARD = [
    "con.txt", "nul", "a;b=c", "a\"b'c", "a%22b", "%", "%00", "été", "भाषा.pdf", "👩‍👩‍👧‍👦", "a b  c",
    "-rf", "~", "$(id)", "`id`", "<script>alert(1)</script>.png", "a&b", "x" * 251 + ".png",
    "filename*=UTF-8''x", "a\\", "=cmd", ".htaccess", "a.png.exe", "tab\tbed",
]  # fmt: skip


def test_no_name_leads_anywhere_or_ends_a_header(hub_alone, client, tmp_path):
    """Some hundred names, none of which may become a path, a header, or a crash."""
    mine = hub_alone.rest(client)
    before = {path for path in tmp_path.rglob("*") if "guichet.db" not in path.name}
    controls = [f"a{chr(code)}b.txt" for code in [*range(1, 32), 127, 0x85, 0x202E, 0x2066, 0xFEFF]]
    names = [pattern.format(f"n{number}") for pattern in HOSTILE for number in range(60)]
    names += AWKWARD + controls + [f"{chr(code)}.txt" for code in range(33, 127)]
    assert len(names) > 500
    for name in names:
        quoted = name.replace("\\", "\\\\").replace('"', "%22")
        quoted = quoted.replace("\r", "%0D").replace("\n", "%0A")
        body = (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
            + quoted.encode()
            + b'"\r\n\r\nx\r\n--b--\r\n'
        )
        form = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = mine.call("POST", "/api/upload", data=body, headers=form)
        if answer.status_code != 201:
            assert_problem(answer, 400, "bad_request", "file")
            assert any(ord(letter) < 32 or ord(letter) == 127 for letter in name), name
            continue
        file = answer.json()
        assert 0 < len(file["name"].encode()) <= 255
        assert not set(file["name"]) & set("/\\\r\n\0\u202e\u2066\ufeff"), file["name"]
        down = download(mine, file)
        assert down.content == b"x"
        assert down.headers["Content-Disposition"].startswith("attachment; filename=")
        assert set(down.headers) == set(download(mine, file).headers)
    after = {path for path in tmp_path.rglob("*") if "guichet.db" not in str(path)}
    assert after <= before | {hub_alone.folder}
    for path in folder(hub_alone.store).iterdir():
        assert path.name == "tmp" or len(path.name) == 32
    answer = upload(mine, b"x", "é" * 128, expect=400)
    assert_problem(answer, 400, "too_large", "file")


@pytest.mark.parametrize(
    ("content", "name", "type"),
    [
        (PNG, "page.html", "image/png"),
        (b"\xff\xd8\xff\xe0" + b"x" * 20, "a.txt", "image/jpeg"),
        (b"GIF89a;alert(1)", "a.js", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a", "image/webp"),
    ],
)
def test_pictures_are_shown_whatever_they_are_called(hub_alone, client, content, name, type):
    mine = hub_alone.rest(client)
    file = upload(mine, content, name)
    assert file["type"] == type
    answer = download(mine, file)
    assert answer.headers["Content-Type"] == type
    assert answer.headers["Content-Disposition"].startswith("inline; ")


def test_what_is_no_picture_is_kept_as_a_file(hub_alone, client):
    mine = hub_alone.rest(client)
    for content, name, type in [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "text/plain"),
        (b"<!doctype html><script>alert(1)</script>", "a.png", "text/plain"),
        (b"%PDF-1.7\n", "a.png", "application/pdf"),
        (b"PK\x03\x04rest", "a.docx", "application/zip"),
        (b"\x00\x01", "a.png", "application/octet-stream"),
        (b"+ADw-script+AD4-", "utf7.html", "text/plain"),
    ]:
        headers = {"Content-Type": "image/png"}
        file = upload(mine, content, name)
        assert file["type"] == type, name
        answer = download(mine, file, headers=headers)
        assert answer.headers["Content-Type"].split(";")[0] == type
        assert answer.headers["Content-Disposition"].startswith("attachment; ")


# Forms that are none


def test_a_form_that_is_wrong_says_how(mine):
    form = "multipart/form-data; boundary=b"
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    for type, body, status, field in [
        ("application/json", b"{}", 415, None),
        ("multipart/form-data", b"--b--", 400, None),
        (form, b"", 400, "file"),
        (form, b"--b--\r\n", 400, "file"),
        (form, b"junk", 400, "file"),
        (form, head + b"x", 400, "file"),
        (form, head + b"x\r\n--b\r\nX: y\r\n\r\n", 400, "file"),
        (form, (head + b"x\r\n") * 2 + b"--b--", 400, "file"),
        (form, head.replace(b'"file"', b'"other"') + b"x\r\n--b--", 400, "other"),
    ]:
        answer = mine.call("POST", "/api/upload", data=body, headers={"Content-Type": type})
        assert answer.status_code == status, (body, answer.text)
        if field:
            assert_problem(answer, status, "bad_request", field)
    assert_problem(mine.call("GET", "/api/upload"), 405, "bad_request")
    upload(mine)


def test_upload_needs_a_token_and_an_allowed_origin(hub, client):
    nobody = hub.rest(client, key="another secret, of thirty-two bytes and more")
    assert_problem(upload(nobody, expect=401), 401, "unauthorized")
    foreign = {"Origin": "https://evil.example"}
    assert_problem(upload(hub.rest(client), expect=403, headers=foreign), 403, "forbidden")
    assert entries(hub.store) == {} and stored_pieces(hub.store) == 0


# Unattached files


def test_unattached_files_are_removed(store, start_hub, client):
    hub = start_hub(store, UPLOAD_ORPHAN_SECONDS=2)
    mine = hub.rest(client)
    kept, free = upload(mine), upload(mine, b"words" * 100_000, "free.txt")
    ticket = mine.create(attachments=[kept["id"]])["id"]
    wait_until(lambda: free["id"] not in entries(store), "the entry to go", 30)
    wait_until(lambda: stored_pieces(store) == 1, "the bytes to go", 30)
    download(mine, free, 404)
    answer = mine.post(f"/api/tickets/{ticket}", {"body": "x", "attachments": [free["id"]]}, 400)
    assert_problem(answer, 400, "bad_request", "attachments")
    assert download(mine, kept).content == PNG
    assert metric(hub, "files_expired_total") == 1
