"""Redaction and erasure: live on every page, and afterwards in no byte of the store."""

import contextlib
import dataclasses
import json
import threading
import urllib.parse

import requests

from support import people
from support.files import upload
from support.hub import command
from support.observe import wait_until
from support.rest import assert_problem

SECRET = "zanzibar-hunter2"
# The search folds and splits: none of its words may stay either.
WORDS = [SECRET.encode(), b"zanzibar"]
NO_BUDGETS = {"CREATIONS_PER_HOUR": 0, "REQUESTS_PER_SECOND": 0}


def redact(rest, ticket, seq, expect=200, reason="a password", **options):
    path = f"/api/tickets/{ticket}/messages/{seq}/redact"
    return rest.post(path, {"reason": reason}, expect, **options)


def left(store):
    return [word for word in WORDS if store.holds(word)]


def test_a_redaction_removes_the_text_from_screens_and_stores(store, start_hub, client, lina, admin):
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

    redact_all(mine, theirs, ticket)
    assert left(store) == []
    assert_screens_follow(watching, asking, hub.live(client).join(ticket, after=0), lina)
    assert_nothing_shows_it(mine, theirs, ticket, file, said, key)
    for number in range(3):
        kill_in_the_midst(hub, store, client, lina, ticket, number)
    exported = checked_and_exported(hub, store, [SECRET])
    assert '"redacted"' in exported


def redact_all(mine, theirs, ticket):
    """Every refusal first, then the three messages of the ticket, some of them twice."""
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


def assert_screens_follow(watching, asking, joined, lina):
    """A client hears neither of the note nor of the reason."""
    assert [watching.event(seq=seq)["redacts"] for seq in (4, 5, 6)] == [2, 3, 1]
    shown = [asking.event(seq=seq) for seq in (4, 6)]
    assert [event["redacts"] for event in shown] == [2, 1]
    assert all("reason" not in event for event in shown) and shown[1]["prev"] == 4
    assert [event["kind"] for event in joined["events"]] == ["created", "message", *2 * ["redaction"]]
    message = joined["events"][1]["message"]
    assert message["body"] == "" and message["redacted"]["by"] == lina.wire
    assert "reason" not in message["redacted"]
    assert joined["ticket"]["description"] == "" and joined["ticket"]["attachments"] == []
    assert joined["ticket"]["redacted"]["by"] == lina.wire
    assert joined["ticket"]["lastMessage"]["redacted"]


def assert_nothing_shows_it(mine, theirs, ticket, file, said, key):
    """And the retry of what said it is a replay."""
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


def kill_in_the_midst(hub, store, client, lina, ticket, number):
    """The next start finishes what was durable."""
    seq = hub.rest(client).say(ticket, f"time {number} zanzibar")["event"]["seq"]
    key = {"Idempotency-Key": f"time-{number}"}
    theirs = hub.rest(lina)
    before = store.count()
    taking = threading.Thread(
        target=attempt, args=[lambda: redact(theirs, ticket, seq, None, headers=key)])
    taking.start()
    wait_until(lambda: store.count() > before, "the redaction in the log")
    hub.kill()
    taking.join()
    hub.close_clients()
    hub.start()
    assert left(store) == []
    answer = redact(hub.rest(lina), ticket, seq, headers=key).json()
    assert answer["replayed"] and answer["event"]["redacts"] == seq


def erase(rest, person, messages="keep", expect=200, **fields):
    fields = {"messages": messages, "reason": "asked for", **fields}
    return rest.post(f"/api/people/{person}/erase", fields, expect)


def test_an_erased_person_is_nowhere_and_may_come_again(store, start_hub, lina, admin):
    hub = start_hub(store, TECHNICIAN_SCOPE="all", **NO_BUDGETS)
    gone = dataclasses.replace(people.client("Zoé Zanzibar", ()), id="zanzibar/..\\zoé")
    boss, theirs, mine = hub.rest(admin), hub.rest(lina), hub.rest(gone, projects=None)
    for rest in (boss, theirs):
        rest.get("/api/me")
    file = upload(mine, b"hers", "hers.txt")
    ticket = mine.create(attachments=[file["id"]])["id"]
    mine.say(ticket, "My own words")
    said = {"body": "Look, please", "mentions": [gone.id]}
    theirs.post(f"/api/tickets/{ticket}", said)
    elsewhere = theirs.create()["id"]
    theirs.patch(f"/api/tickets/{elsewhere}", {"watchers": [gone.id]})
    mine.patch(f"/api/tickets/{ticket}", {"watchers": ["me"]})
    mine.post(f"/api/tickets/{ticket}/read", {"seq": 2}, 204)
    wait_until(lambda: "Look, please" in mine.get("/api/notifications").text, "her notification")
    live, watching = hub.live(gone), hub.live(lina)
    live.join(ticket)
    watching.join(ticket)
    needles = [b"zanzibar", "Zoé".encode(), b"Zanzibar"]
    assert all(store.holds(needle) for needle in needles)

    path = urllib.parse.quote(gone.id, safe="")
    answer = erase_after_refusals(boss, theirs, path)
    pseudonym = answer["id"]
    assert not [needle for needle in needles if store.holds(needle)]
    assert live.close_code() == 4401
    assert_pseudonym_everywhere(theirs, ticket, elsewhere, answer, gone)
    joined = hub.live(lina).join(ticket)
    assert joined["ticket"]["client"]["id"] == pseudonym
    assert {person["id"] for person in joined["present"]} == {lina.id}
    assert_a_new_person(hub, mine, ticket, file, dataclasses.replace(gone, id=pseudonym))

    kill_an_erasure(hub, store, mine, lambda: erase(boss, path, "redact"), needles)
    # A person who asks for their own erasure gets the answer that it is done.
    self_chosen = people.admin("Zanzibar Self")
    assert erase(hub.rest(self_chosen), self_chosen.id).json()["id"].startswith("erased-")
    assert not store.holds(b"Zanzibar Self")
    checked_and_exported(hub, store, [needle.decode() for needle in needles])

    hub.start()
    hub.rest(gone, projects=None).create()
    hub.close_clients()
    hub.stop()
    erase_without_a_hub(store, gone, needles)


def erase_after_refusals(boss, theirs, path):
    assert_problem(erase(theirs, path, expect=None), 403, "forbidden")
    assert_problem(erase(boss, "nobody", expect=None), 404, "not_found", "id")
    assert_problem(erase(boss, path, "drop", expect=None), 400, "bad_request", "messages")
    answer = erase(boss, path).json()
    assert answer["id"].startswith("erased-") and answer["tickets"] == 2
    assert answer["name"] == "Personne effacée / Erased person"
    assert "backups" in answer["copiesElsewhere"]
    return answer


def assert_pseudonym_everywhere(theirs, ticket, elsewhere, answer, gone):
    pseudonym = answer["id"]
    detail = theirs.get(f"/api/tickets/{ticket}").json()
    assert detail["client"] == {"id": pseudonym, "name": answer["name"], "role": "client"}
    assert detail["messages"][0]["body"] == "My own words"
    assert detail["messages"][1]["mentions"] == [pseudonym]
    assert detail["history"][0]["by"]["id"] == pseudonym
    assert theirs.get(f"/api/tickets/{elsewhere}").json()["watchers"][0]["id"] == pseudonym
    assert gone.id not in theirs.get("/api/users").text


def assert_a_new_person(hub, mine, ticket, file, forged):
    """The old id with the old token is a new person; the pseudonym belongs to no token."""
    assert mine.get("/api/tickets").json()["tickets"] == []
    mine.get(f"/api/tickets/{ticket}", 404)
    mine.get(f"/api/files/{file['id']}", 404)
    assert mine.get("/api/notifications").json()["notifications"] == []
    hub.rest(forged).get("/api/me", 401)


def kill_an_erasure(hub, store, mine, erasing, needles):
    """With many tickets and their messages to redact."""
    for number in range(60):
        again = mine.create(title=f"Number {number}")["id"]
        mine.say(again, f"hers {number} zanzibar-words")
    taking = threading.Thread(target=attempt, args=[erasing])
    taking.start()
    wait_until(lambda: hub_says(hub, "erasure_started", 2), "the second erasure")
    hub.kill()
    taking.join()
    hub.close_clients()
    hub.start()
    wait_until(lambda: hub_says(hub, "erasure_finished", 2), "the end of the erasure")
    wait_until(lambda: not [n for n in needles if store.holds(n)], "no byte of the person")


def erase_without_a_hub(store, gone, needles):
    erased = command("erase", gone.id, "--messages", "redact", "--store", store.uri)
    assert erased.returncode == 0 and "erased-" in erased.stdout, erased.stderr
    assert not [needle for needle in needles if store.holds(needle)]
    erased = command("erase", gone.id, "--messages", "redact", "--store", store.uri)
    assert erased.returncode == 1 and "no person" in erased.stderr
    # The hub itself, and an unset variable of a script.
    for nobody in ("system", ""):
        erased = command("erase", nobody, "--messages", "keep", "--store", store.uri)
        assert erased.returncode == 1 and "no person" in erased.stderr
    assert command("erase", gone.id, "--store", store.uri).returncode == 2


def attempt(call):
    with contextlib.suppress(requests.RequestException):
        call()


def hub_says(hub, event, times):
    return hub.log_file.read_text().count(event) >= times


def checked_and_exported(hub, store, secrets):
    hub.close_clients()
    hub.stop()
    checked = command("check", "--store", store.uri)
    assert checked.returncode == 0, checked.stdout
    exported = command("export", "--store", store.uri)
    assert exported.returncode == 0, exported.stderr
    assert not [secret for secret in secrets if secret in exported.stdout]
    return exported.stdout
