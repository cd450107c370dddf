"""`guichet export` and `guichet import`: whole tickets from store to store, byte for byte."""

import json

import pytest

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
    """An empty store of the other kind; of the same where there is no MongoDB."""
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
    # Its key is known for ever, and so is how far its client has read.
    fields = {"title": '=Ünï "cöde" 🖨️\n', "key": "a key"}
    assert mine.create(**fields)["id"] == ticket["id"]
    answering = new.live(lina)
    joined = answering.join(ticket["id"])
    assert joined["reads"] == [{"by": client.wire, "seq": 3}]
    next_ref = mine.create()["ref"]
    assert int(next_ref[2:]) == int(ticket["ref"][2:]) + 1


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


@pytest.mark.parametrize("broken", [break_json, break_log, break_field, break_owner])
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
    # Mended, the rest follows.
    file.write_text("".join(made))
    run("import", "--store", store.uri, file)
    assert len({event["ticket"] for event in store.events()}) == 5
    run("check", "--store", store.uri)


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
