"""`guichet export` and `guichet import`: whole tickets from store to store, byte for byte."""

import base64
import hashlib
import json

import pytest

from support import files as uploads
from support import hub as guichet
from support import stores, transfer
from support.conversations import DEMO


def run(*arguments, expect=0, **options):
    ended = guichet.command(*arguments, **options)
    assert ended.returncode == expect, ended.stdout[-2000:] + ended.stderr[-2000:]
    return ended


def export(store, file):
    run("export", "--store", store.uri, "--out", file)
    return file.read_bytes()


@pytest.fixture
def other(store, tmp_path):
    """An empty store of the other kind. Without MongoDB it is of the same kind."""
    name = "mongodb" if store.name == "sqlite" else "sqlite"
    folder = tmp_path / "other"
    folder.mkdir()
    other = stores.available(name, folder) or stores.SQLite(folder)
    yield other
    other.remove()


@pytest.fixture
def filled(store, start_hub, client, lina):
    """A store with the demo's conversations, and a ticket with everything that a person can do."""
    hub = start_hub(store, ["--demo"])
    asking, answering = hub.rest(client), hub.rest(lina)
    ticket = asking.create(title='=Ünï "cöde" 🖨️\n', key="a key")["id"]
    answering.say(ticket, "note\t\\ \u2028", internal=True, action="take", mentions=[client.id])
    answering.patch(
        f"/api/tickets/{ticket}",
        {"tags": ["नमस्ते"], "watchers": ["me"], "targetHours": 0.1, "priority": "urgent"},
    )
    answering.patch(f"/api/tickets/{ticket}", {"targetHours": 3, "action": "wait"})
    asking.say(ticket, "Again", key="another")
    asking.post(f"/api/tickets/{ticket}/read", {"seq": 3}, expect=204)
    answering.patch(f"/api/tickets/{ticket}", {"action": "resolve"})
    hub.stop()
    return store


def test_a_round_trip_is_byte_equal(filled, other, tmp_path):
    before = export(filled, tmp_path / "before.jsonl")
    done = run("import", "--store", other.uri, tmp_path / "before.jsonl")
    assert ": ok" in done.stderr
    assert export(other, tmp_path / "after.jsonl") == before
    assert run("export", "--store", other.uri).stdout.encode() == before
    assert other.events() == filled.events()
    run("check", "--store", other.uri)
    # And nothing changes when it is done again.
    again = run("import", "--store", other.uri, tmp_path / "before.jsonl")
    count = len(DEMO.read_text().splitlines())
    assert "imported 0 tickets, 0 events, 0 people" in again.stderr, count
    assert export(other, tmp_path / "again.jsonl") == before


def test_a_hub_goes_on_with_what_was_imported(filled, other, tmp_path, start_hub, client, lina):
    export(filled, tmp_path / "all.jsonl")
    run("import", "--store", other.uri, tmp_path / "all.jsonl")
    old, new = start_hub(filled), start_hub(other)
    for path in ("/api/tickets?limit=200", "/api/stats", "/api/users", "/api/projects"):
        there, here = old.rest(lina).get(path).json(), new.rest(lina).get(path).json()
        for answer in (there, here):
            answer.pop("generatedAt", None)
        assert here == there, path
    mine = new.rest(client)
    (ticket,) = mine.get("/api/tickets").json()["tickets"]
    # Its idempotency key and its client's read mark are kept.
    fields = {"title": '=Ünï "cöde" 🖨️\n', "key": "a key"}
    assert mine.create(**fields)["id"] == ticket["id"]
    answering = new.live(lina)
    joined = answering.join(ticket["id"])
    assert joined["reads"] == [{"by": client.wire, "seq": 3}]
    next_ref = mine.create()["ref"]
    assert int(next_ref[2:]) == int(ticket["ref"][2:]) + 1


# One that fits into a piece, and two of several pieces and of several chunks of GridFS.
CONTENTS = {
    "photo.png": uploads.PNG,
    "journal.bin": bytes(range(251)) * 2600,
    "Ünï 🖨️.txt": "čtyři".encode() * 60_000,
}


@pytest.fixture
def with_files(store, start_hub, client, lina):
    """A store with files of a creation, a message and a note, and an unattached upload."""
    hub = start_hub(store)
    asking, answering = hub.rest(client), hub.rest(lina)
    (photo, journal, text) = [
        uploads.upload(rest, content, name)
        for rest, (name, content) in zip((asking, asking, answering), CONTENTS.items())
    ]
    uploads.upload(asking, b"nobody's", "orphan.txt")
    ticket = asking.create(attachments=[photo["id"]])["id"]
    asking.say(ticket, "Here is more", attachments=[journal["id"]])
    answering.say(ticket, "For us", internal=True, attachments=[text["id"]])
    hub.stop()
    return store, [photo, journal, text]


def same_files(hub, attached, client, lina):
    asking, answering = hub.rest(client), hub.rest(lina)
    for attachment, content in zip(attached, CONTENTS.values()):
        answer = uploads.download(answering, attachment)
        assert answer.content == content and answer.headers["Content-Type"] == attachment["type"]
    part = uploads.download(asking, attached[1], 206, headers={"Range": "bytes=300000-300009"})
    assert part.content == CONTENTS["journal.bin"][300_000:300_010]
    uploads.download(asking, attached[2], 404)  # A note's file is the staff's.


def test_files_travel_with_their_tickets(with_files, other, tmp_path, start_hub, client, lina):
    store, attached = with_files
    before = export(store, tmp_path / "before.jsonl")
    kinds = [next(iter(json.loads(line))) for line in before.splitlines()]
    assert kinds.count("file") == 3 and kinds.count("piece") >= 6 and kinds[-1] == "ticket"
    assert max(map(len, before.splitlines())) < 300_000, "pieces are bounded"
    done = run("import", "--store", other.uri, tmp_path / "before.jsonl")
    assert "imported 1 tickets, 3 events, " in done.stderr and ", 3 files into" in done.stderr
    assert export(other, tmp_path / "after.jsonl") == before
    pieces = uploads.stored_pieces(other)
    again = run("import", "--store", other.uri, tmp_path / "before.jsonl")
    assert ", 0 files into" in again.stderr and uploads.stored_pieces(other) == pieces
    run("check", "--store", other.uri)
    # They are attached there: as private as before, and no sweep takes them for orphans.
    hub = start_hub(other, UPLOAD_ORPHAN_SECONDS=1)
    same_files(hub, attached, client, lina)
    assert {entry["ticket"] is None for entry in uploads.entries(other).values()} == {False}
    # And back again, into an empty store of the first kind.
    hub.stop()
    folder = tmp_path / "third"
    folder.mkdir()
    third = stores.available(store.name, folder)
    run("import", "--store", third.uri, tmp_path / "after.jsonl")
    assert export(third, tmp_path / "third.jsonl") == before
    third.remove()


def test_files_that_were_left_behind_can_follow(with_files, other, tmp_path, start_hub, client, lina):
    """An export of an older version has no files; a newer one adds them to existing tickets."""
    store, attached = with_files
    lines = export(store, tmp_path / "all.jsonl").splitlines(keepends=True)
    old = [line for line in lines if not line.startswith((b'{"file":', b'{"piece":'))]
    heading = json.loads(old[0])
    assert heading["version"] == 2
    old[0] = json.dumps({**heading, "version": 1}).encode() + b"\n"
    (tmp_path / "old.jsonl").write_bytes(b"".join(old))
    told = run("import", "--store", other.uri, tmp_path / "old.jsonl", expect=1)
    assert all(attachment["id"] in told.stderr for attachment in attached)
    poor = run("export", "--store", other.uri, "--out", tmp_path / "poor.jsonl", expect=1)
    assert all(attachment["id"] in poor.stderr for attachment in attached)
    done = run("import", "--store", other.uri, tmp_path / "all.jsonl")
    assert "imported 0 tickets, 0 events, 0 people, 3 files" in done.stderr
    same_files(start_hub(other), attached, client, lina)


def changed_piece(line):
    piece = json.loads(line)
    data = bytearray(base64.b64decode(piece["piece"]["data"]))
    data[len(data) // 2] ^= 1
    piece["piece"]["data"] = base64.b64encode(data).decode()
    return json.dumps(piece).encode() + b"\n"


def foreign_piece(line):
    piece = json.loads(line)
    piece["piece"]["file"] = "0" * 24
    return json.dumps(piece).encode() + b"\n"


def longer_piece(line):
    piece = json.loads(line)
    data = base64.b64decode(piece["piece"]["data"]) * 4
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    piece["piece"] |= {"data": base64.b64encode(data).decode(), "sha256": digest}
    return json.dumps(piece).encode() + b"\n"


@pytest.mark.parametrize(
    "broken", [changed_piece, foreign_piece, longer_piece, lambda _: b"", lambda line: line[:999]]
)
def test_a_damaged_file_is_named_by_its_line(with_files, other, tmp_path, broken):
    store, attached = with_files
    whole = export(store, tmp_path / "whole.jsonl")
    lines = whole.splitlines(keepends=True)
    # The last piece of the file of several.
    (place,) = [
        number
        for number, line in enumerate(lines)
        if line.startswith(b'{"piece":')
        and json.loads(line)["piece"]["file"] == attached[1]["id"]
        and not (lines[number + 1].startswith(b'{"piece":'))
    ]
    lines[place] = broken(lines[place])
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b"".join(lines))
    refused = run("import", "--store", other.uri, bad, expect=2)
    assert f"{bad}, line {place + 1}: " in refused.stderr, refused.stderr
    # Neither the ticket nor a byte of its files is there.
    assert other.count() == 0 and uploads.stored_pieces(other) == 0
    run("import", "--store", other.uri, tmp_path / "whole.jsonl")
    assert export(other, tmp_path / "repaired.jsonl") == whole


def test_a_file_that_differs_is_never_overwritten(with_files, tmp_path):
    store, attached = with_files
    before = export(store, tmp_path / "before.jsonl")
    lines = before.splitlines(keepends=True)
    (place,) = [
        number
        for number, line in enumerate(lines)
        if line.startswith(b'{"piece":')
        and json.loads(line)["piece"]["file"] == attached[0]["id"]
    ]
    piece = json.loads(lines[place])
    data = bytes(len(uploads.PNG))
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    piece["piece"] |= {"data": base64.b64encode(data).decode(), "sha256": digest}
    lines[place] = json.dumps(piece).encode() + b"\n"
    other = tmp_path / "other.jsonl"
    other.write_bytes(b"".join(lines))
    refused = run("import", "--store", store.uri, other, expect=2)
    assert f"line {place + 1}: " in refused.stderr and "nothing is overwritten" in refused.stderr
    assert export(store, tmp_path / "after.jsonl") == before


def written(tmp_path, **options):
    file = tmp_path / "made.jsonl"
    transfer.write_tickets(file, **{"tickets": 5, "messages": 3, **options})
    return file, file.read_text(encoding="utf-8").splitlines(keepends=True)


def test_a_ticket_that_differs_is_never_overwritten(store, tmp_path):
    file, made = written(tmp_path)
    run("import", "--store", store.uri, file)
    before = export(store, tmp_path / "before.jsonl")
    changed = json.loads(made[-1])
    changed["events"][1]["message"]["body"] = "Something else"
    file.write_text("".join(made[:-1]) + json.dumps(changed) + "\n")
    refused = run("import", "--store", store.uri, file, expect=2)
    assert f"line {len(made)}" in refused.stderr and changed["ticket"] in refused.stderr
    assert export(store, tmp_path / "after.jsonl") == before


def test_lines_of_other_programs_get_the_form_that_filters_find(store, tmp_path, start_hub, admin):
    file, made = written(tmp_path)
    ticket = json.loads(made[-1])
    head = ticket["events"][0]["head"]
    head.update(title=" a\nb\u202ec ", project="cafe\u0301", tags=["e\u0301t", "ét"])
    unknown = {"id": "zz", "name": "Zoé", "role": "technician"}
    head["watchers"] = [unknown, {"id": "yy", "name": " ", "role": "technician"}]
    file.write_text("".join(made[:-1]) + json.dumps(ticket) + "\n")
    run("import", "--store", store.uri, file)
    run("check", "--store", store.uri)
    rest = start_hub(store).rest(admin)
    found = rest.get("/api/tickets", params={"project": "café", "tag": "ét"}).json()["tickets"]
    assert [(one["title"], one["tags"]) for one in found] == [("abc", ["ét"])]
    named = {person["id"]: person["name"] for person in rest.get("/api/users").json()["users"]}
    assert named["zz"] == "Zoé" and named["yy"] == "yy"


def break_json(line):
    return line[: len(line) // 2] + "\n"


def break_log(line):
    ticket = json.loads(line)
    del ticket["events"][1]
    return json.dumps(ticket) + "\n"


def break_field(line):
    return line.replace('"kind":"message"', '"kind":"riddle"', 1)


def break_owner(line):
    return line.replace('{"ticket":"', '{"ticket":"0', 1).replace('","events', '"' + ',"events', 1)


def break_event(line, change):
    ticket = json.loads(line)
    change(ticket)
    return json.dumps(ticket) + "\n"


def break_time(line):
    return break_event(line, lambda ticket: ticket["events"][2].update(at=-1))


def break_reads(line):
    return break_event(line, lambda ticket: ticket.update(reads=[{"person": "carl", "seq": 99}]))


def break_beginning(line):
    return break_event(
        line, lambda ticket: ticket["events"][0]["head"]["publicActivity"].update(seq=-1))


def break_reader(line):
    return break_event(line, lambda ticket: ticket.update(reads=[{"person": "me", "seq": 1}]))


def break_watcher(line):
    someone = {"id": "a\nb", "name": "A", "role": "technician"}
    return break_event(line, lambda ticket: ticket["events"][0]["head"].update(watchers=[someone]))


def break_known(line):
    return break_event(line, lambda ticket: ticket.update(reads=[{"person": "ghost", "seq": 1}]))


def break_key(line):
    return break_event(line, lambda ticket: ticket["events"][1].update(key="k" * 65, fingerprint=1))


def break_unknown(line):
    return break_event(line, lambda ticket: ticket["events"][1].update(zz=1))


def break_number(line):
    return break_event(line, lambda ticket: ticket["events"][0]["head"].update(number=0))


def break_repeated_number(line):
    return break_event(
        line, lambda ticket: ticket["events"][0]["head"].update(number=1))


BREAKS = [
    break_json, break_log, break_field, break_owner, break_time, break_reads, break_beginning,
    break_reader, break_known, break_watcher, break_key, break_unknown, break_number, break_repeated_number,
]


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_line_is_named_and_nothing_of_it_is_stored(store, tmp_path, broken):
    file, made = written(tmp_path)
    place = len(made) - 3
    file.write_text("".join([*made[:place], broken(made[place]), *made[place + 1 :]]))
    refused = run("import", "--store", store.uri, file, expect=2)
    assert f"{file}, line {place + 1}: " in refused.stderr, refused.stderr
    run("check", "--store", store.uri)
    # What was before it may be there; of the broken ticket there is nothing.
    stored = {event["ticket"] for event in store.events()}
    assert json.loads(made[place])["ticket"] not in stored
    # Repaired, the rest follows.
    file.write_text("".join(made))
    run("import", "--store", store.uri, file)
    assert len({event["ticket"] for event in store.events()}) == 5
    run("check", "--store", store.uri)


PEOPLE = [
    *[{"id": id} for id in ("me", "none", "system", "", " ", " a", "a\n", "a\u200b", "é" * 65)],
    {"id": "zz", "role": "system"}, {"id": "zz", "zz": 1},
]


def test_a_person_whom_no_token_can_name_is_refused_by_line(embedded, tmp_path):
    file, made = written(tmp_path)
    for wrong in PEOPLE:
        person = {"person": {"name": "A", "role": "client", **wrong}}
        file.write_text("".join([*made[:2], json.dumps(person) + "\n", *made[2:]]))
        refused = run("import", "--store", embedded.uri, file, expect=2)
        assert f"{file}, line 3: " in refused.stderr, wrong
    # Erased people, and ids of the time before NFC, go on to be moved.
    for id in ("erased-0123", "jose\u0301"):
        person = {"person": {"id": id, "name": "A", "role": "client"}}
        file.write_text("".join([*made[:2], json.dumps(person) + "\n", *made[2:]]))
        run("import", "--store", embedded.uri, file)
    run("check", "--store", embedded.uri)


def test_what_is_no_export_is_refused(embedded, tmp_path):
    file = tmp_path / "other.jsonl"
    for text in ('{"id":"x"}\n', "", "a,b,c\n", '{"format":"guichet-export","version":99}\n'):
        file.write_text(text)
        refused = run("import", "--store", embedded.uri, file, expect=2)
        assert "export" in refused.stderr or "JSON" in refused.stderr
    missing = run("import", "--store", embedded.uri, tmp_path / "absent", expect=2)
    assert "absent" in missing.stderr
    nowhere = run("export", "--store", embedded.uri, "--out", tmp_path / "no/such/dir", expect=2)
    assert "--out" in nowhere.stderr
