"""Taking words and people out: live on every screen, and in no byte of the store afterwards."""

import json
import threading

import requests

from support.files import upload
from support.hub import command
from support.observe import wait_until
from support.rest import assert_problem

SECRET = "zanzibar-hunter2"
# The search folds and splits: none of its words may stay either.
WORDS = [SECRET.encode(), b"zanzibar"]


def redact(rest, ticket, seq, expect=200, reason="a password", **options):
    path = f"/api/tickets/{ticket}/messages/{seq}/redact"
    return rest.post(path, {"reason": reason}, expect, **options)


def left(store):
    return [word for word in WORDS if store.holds(word)]


def test_a_redaction_reaches_every_screen_and_every_byte(store, start_hub, client, lina, admin):
    hub = start_hub(store, TECHNICIAN_SCOPE="all")
    mine, theirs = hub.rest(client), hub.rest(lina)
    theirs.get("/api/me")
    file = upload(mine, f"{SECRET}\n".encode() * 50_000, "notes.txt")
    ticket = mine.create(description=f"My login: {SECRET}", attachments=[file["id"]])["id"]
    key = {"Idempotency-Key": "said"}
    said = {"body": f"It is {SECRET}, thanks", "mentions": [lina.id]}
    mine.post(f"/api/tickets/{ticket}", said, headers=key)
    theirs.say(ticket, f"Note: {SECRET}", internal=True)
    bell = hub.rest(lina)
    wait_until(lambda: SECRET in bell.get("/api/notifications").text, "the mention in the list")
    watching, asking = hub.live(lina), hub.live(client)
    watching.join(ticket)
    asking.join(ticket)
    assert len(left(store)) == 2

    assert_problem(redact(mine, ticket, 2, None), 403, "forbidden")
    assert_problem(redact(theirs, ticket, 9, None), 404, "not_found", "seq")
    assert_problem(redact(theirs, ticket, 2, None, reason=""), 400, "bad_request", "reason")
    answer = redact(theirs, ticket, 2, headers={"Idempotency-Key": "r"}).json()
    assert answer["event"]["kind"] == "redaction" and answer["event"]["redacts"] == 2
    assert answer["event"]["reason"] == "a password"
    assert {"backups", "exports"} <= set(answer["copiesElsewhere"])
    again = redact(theirs, ticket, 2, headers={"Idempotency-Key": "r"}).json()
    assert again["replayed"] and again["event"] == answer["event"]
    assert redact(theirs, ticket, 2).json()["event"] is None
    redact(theirs, ticket, 3)
    redact(theirs, ticket, 1)
    assert left(store) == []

    # Every screen follows; a client hears neither of the note nor of the reason.
    assert [watching.event(seq=seq)["redacts"] for seq in (4, 5, 6)] == [2, 3, 1]
    shown = [asking.event(seq=seq) for seq in (4, 6)]
    assert [event["redacts"] for event in shown] == [2, 1]
    assert all("reason" not in event for event in shown) and shown[1]["prev"] == 4
    joined = hub.live(client).join(ticket, after=0)
    assert [event["kind"] for event in joined["events"]] == ["created", "message", *2 * ["redaction"]]
    message = joined["events"][1]["message"]
    assert message["body"] == "" and message["redacted"]["by"] == lina.wire
    assert "reason" not in message["redacted"]
    assert joined["ticket"]["description"] == "" and joined["ticket"]["attachments"] == []
    assert joined["ticket"]["redacted"]["by"] == lina.wire
    assert joined["ticket"]["lastMessage"]["redacted"]

    # Nothing shows it any more, and the retry of what said it is a replay.
    mine.get(f"/api/files/{file['id']}", 404)
    replay = mine.post(f"/api/tickets/{ticket}", said, headers=key).json()
    assert replay["replayed"] and replay["message"]["body"] == ""
    for path in [
        f"/api/tickets/{ticket}",
        f"/api/tickets/{ticket}/events?after=0",
        f"/api/tickets/{ticket}/history?format=csv",
        "/api/export?format=csv",
        "/api/export?format=jsonl",
        "/api/notifications",
    ]:
        answer = theirs.get(path)
        assert SECRET not in answer.text, path
    assert theirs.get("/api/tickets?q=zanzibar").json()["tickets"] == []
    assert json.loads(theirs.get("/api/export?format=jsonl").text)["messages"][0]["redacted"]

    # Killed in the midst: the next start finishes what was durable.
    for round in range(3):
        words = f"round {round} zanzibar"
        seq = mine.say(ticket, words)["event"]["seq"]
        before = store.count()

        def take(seq=seq):
            try:
                redact(theirs, ticket, seq, None, headers={"Idempotency-Key": f"round-{seq}"})
            except requests.RequestException:
                pass  # the hub is gone

        taking = threading.Thread(target=take)
        taking.start()
        wait_until(lambda before=before: store.count() > before, "the redaction in the log")
        hub.kill()
        taking.join()
        hub.close_clients()
        hub.start()
        mine, theirs = hub.rest(client), hub.rest(lina)
        assert left(store) == []
        answer = redact(theirs, ticket, seq, headers={"Idempotency-Key": f"round-{seq}"}).json()
        assert answer["replayed"] and answer["event"]["redacts"] == seq

    hub.close_clients()
    hub.stop()
    checked = command("check", "--store", store.uri)
    assert checked.returncode == 0, checked.stdout
    exported = command("export", "--store", store.uri)
    assert exported.returncode == 0, exported.stderr
    assert SECRET not in exported.stdout and '"redacted"' in exported.stdout
