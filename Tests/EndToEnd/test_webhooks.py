"""Webhooks: signed, retried, neither lost nor doubled while the receiver is down, and without
internal content unless it is configured."""

import base64
import collections
import contextlib
import json
import secrets

import pytest

from support import people
from support.certificates import Certificate
from support.hub import command
from support.observe import metrics, wait_until
from support.receivers import WebhookReceiver

KEY = secrets.token_bytes(32)
SECRET = "whsec_" + base64.b64encode(KEY).decode()
QUICK = ",".join(["1"] * 40)  # a try a second, for longer than any test


@pytest.fixture
def receiver():
    with contextlib.closing(Closing(WebhookReceiver().start())) as closing:
        yield closing.server


@pytest.fixture
def second():
    with contextlib.closing(Closing(WebhookReceiver().start())) as closing:
        yield closing.server


class Closing:
    def __init__(self, server):
        self.server = server

    def close(self):
        self.server.stop()


def config(folder, *webhooks):
    file = folder / "webhooks.json"
    file.write_text(json.dumps(webhooks))
    return file


def hook(receiver, **fields):
    return {"url": f"{receiver.url}/hook", "secret": SECRET, "events": "*", **fields}


def converse(hub, client, lina, lines=3):
    """A ticket with some public lines between two notes; returns it and the canary."""
    canary = f"canary-{secrets.token_hex(8)}"
    clara, tech = hub.rest(client), hub.rest(lina)
    ticket = clara.create()
    tech.say(ticket["id"], f"{canary} first", internal=True)
    for number in range(lines):
        clara.say(ticket["id"], f"line {number}")
    tech.patch(f"/api/tickets/{ticket['id']}", {"tags": [canary]})
    tech.say(ticket["id"], f"{canary} last", internal=True)
    return ticket, canary


def test_events_arrive_signed_over_https(store, start_hub, tmp_path, client, lina):
    certificate = Certificate(tmp_path, name="receiver")
    receiver = WebhookReceiver(certificate).start()
    settings = config(tmp_path, hook(receiver, caFile=str(certificate.certificate)))
    hub = start_hub(store, WEBHOOKS=settings)
    ticket, canary = converse(hub, client, lina)
    deliveries = receiver.wait_for(4)
    events = hub.rest(client).events(ticket["id"])["events"]
    told = {d.json["data"]["seq"]: d for d in deliveries}
    assert sorted(told) == [e["seq"] for e in events]
    for event in events:
        delivery = told[event["seq"]]
        assert delivery.is_signed(KEY)
        assert delivery.headers["Content-Type"] == "application/json"
        assert delivery.json["type"] == event["kind"]
        assert delivery.json["timestamp"] == event["at"]
        assert delivery.json["ref"] == ticket["ref"]
        assert delivery.json["data"] == event, "the same object as over REST, as a client sees it"
    assert not any(canary.encode() in d.body for d in receiver.accepted)
    assert len({d.id for d in receiver.accepted}) == len(receiver.accepted) == len(events)
    receiver.stop()


def test_filters_and_internal_content(store, start_hub, tmp_path, client, lina, receiver, second):
    settings = config(
        tmp_path,
        hook(receiver, events=["message"], internal=True, secret="a plain secret"),
        hook(second, events=["change", "created"]),
    )
    hub = start_hub(store, WEBHOOKS=settings)
    ticket, canary = converse(hub, client, lina)
    hub.rest(lina).patch(f"/api/tickets/{ticket['id']}", {"priority": "high"})
    messages = receiver.wait_for(5)
    changes = second.wait_for(2)
    assert [d.json["type"] for d in messages] == ["message"] * 5
    assert all(d.is_signed(b"a plain secret") for d in messages)
    assert sum(canary.encode() in d.body for d in messages) == 2
    assert sorted(d.json["type"] for d in changes) == ["change", "created"]
    assert not any(canary.encode() in d.body for d in changes)


def test_a_webhook_that_lists_sla_gets_a_breach(
    store, start_hub, tmp_path, client, lina, receiver
):
    hub = start_hub(store, WEBHOOKS=config(tmp_path, hook(receiver, events=["sla"])))
    ticket, canary = converse(hub, client, lina)
    hub.rest(lina).patch(f"/api/tickets/{ticket['id']}", {"targetHours": 0.0002})
    deliveries = receiver.wait_for(1)
    assert {d.json["type"] for d in deliveries} == {"sla"}
    fact = deliveries[-1].json["data"]["sla"][0]
    assert fact["clock"] == "resolution" and fact["phase"] in ("warning", "breached")
    assert all(canary.encode() not in d.body for d in deliveries)


def test_events_of_a_receivers_outage_arrive_once(
    store, start_hub, tmp_path, client, lina, receiver, second
):
    settings = config(tmp_path, hook(receiver), hook(second))
    hub = start_hub(
        store, WEBHOOKS=settings, OUTBOX_RETRY_SECONDS=QUICK, OUTBOX_LEASE_SECONDS=8
    )
    clara = hub.rest(client)
    ticket = clara.create()
    receiver.wait_for(1)
    receiver.status = 503
    expected = [1]
    for number in range(3):
        expected.append(clara.say(ticket["id"], f"refused {number}")["event"]["seq"])
    # The working receiver gets everything while the other one fails.
    second.wait_for(4)
    wait_until(lambda: len(receiver.deliveries) >= 6, "some tries", seconds=30)
    receiver.stop()
    expected.append(clara.say(ticket["id"], "nobody listens")["event"]["seq"])
    second.wait_for(5)
    hub.stop()
    hub.close_clients()
    hub.start()
    expected.append(hub.rest(client).say(ticket["id"], "after a restart")["event"]["seq"])
    second.wait_for(6)
    hub.close_clients()
    hub.stop()
    hub.start()
    receiver.status = 200
    receiver.start()
    receiver.wait_for(6)
    for target in (receiver, second):
        told = sorted(d.json["data"]["seq"] for d in target.accepted)
        assert told == expected
    tries = {}
    for _, delivery in receiver.deliveries:
        tries.setdefault(delivery.json["data"]["seq"], set()).add((delivery.id, delivery.body))
        assert delivery.is_signed(KEY)
    assert all(len(same) == 1 for same in tries.values()), "a try is told from a new event"


def test_a_kill_loses_nothing(store, start_hub, tmp_path, client, receiver):
    """What was delivered and not settled yet at the kill comes again, once, under the same id."""
    settings = config(tmp_path, hook(receiver))
    hub = start_hub(
        store, WEBHOOKS=settings, OUTBOX_LEASE_SECONDS=8, COMMANDS_PER_SECOND=0
    )
    live = hub.live(client)
    ticket = live.create()
    sent = {1} | {live.message(ticket["id"], f"line {n}", key=f"k{n}")["seq"] for n in range(20)}
    hub.kill()
    hub.close_clients()
    hub.start()
    seqs = lambda: [d.json["data"]["seq"] for d in receiver.accepted]  # noqa: E731
    wait_until(lambda: set(seqs()) >= sent, "every event", seconds=60)
    assert set(seqs()) == sent
    by_id = {}
    for delivery in receiver.accepted:
        by_id.setdefault(delivery.id, set()).add(delivery.json["data"]["seq"])
    assert len(by_id) == len(sent) and all(len(seqs) == 1 for seqs in by_id.values())
    assert max(collections.Counter(seqs()).values()) <= 2


def test_dead_letters_are_listed_and_replayed(
    store, start_hub, tmp_path, client, receiver, second
):
    settings = config(tmp_path, hook(receiver), hook(second))
    hub = start_hub(store, WEBHOOKS=settings, OUTBOX_RETRY_SECONDS="0,1")
    receiver.status = 500
    clara = hub.rest(client)
    ticket = clara.create()

    def dead():
        listed = command("outbox", "list", "--dead", "--store", store.uri)
        assert listed.returncode == 0, listed.stderr
        return listed.stdout.splitlines()

    line = wait_until(dead, "a dead letter", seconds=30)[0]
    assert line.startswith("dead 3 ")
    assert f"{ticket['id']}-1-webhook:" in line and "answered 500" in line
    assert SECRET not in line
    assert len(receiver.deliveries) == 3, "three tries, no more"
    receiver.status = 200
    # What comes after a dead letter is not held up by it.
    clara.say(ticket["id"], "next")
    receiver.wait_for(1)
    replayed = command("outbox", "replay", "--dead", "--store", store.uri)
    assert (replayed.returncode, replayed.stdout) == (0, "1 entry is due again\n")
    assert [d.json["data"]["seq"] for d in receiver.wait_for(2)] == [2, 1]
    wait_until(lambda: not dead(), "no dead letter", seconds=30)
    again = command("outbox", "replay", line.split()[3], "--store", store.uri)
    assert again.returncode == 0, "what was sent may be sent again, by its id"
    assert len({d.id for d in receiver.wait_for(3)}) == 2
    assert command("outbox", "replay", "nothing", "--store", store.uri).returncode == 1
    assert command("outbox", "replay", "--store", store.uri).returncode == 2
    counts = metrics(hub)
    assert sum(v for k, v in counts.items() if k.startswith("outbox_dead_total")) == 1
    assert sum(v for k, v in counts.items() if k.startswith("outbox_retries_total")) == 2
    assert len(second.wait_for(2)) == 2


def test_a_poisoned_entry_dies_alone(store, start_hub, tmp_path, client, lina, receiver):
    settings = config(tmp_path, hook(receiver))
    hub = start_hub(store, WEBHOOKS=settings, OUTBOX_RETRY_SECONDS="0,0")
    clara = hub.rest(client)
    ticket = clara.create()
    receiver.wait_for(1)
    store.poison_outbox()
    tech = hub.rest(lina)
    tech.say(ticket["id"], "life goes on")
    assert receiver.wait_for(2)[-1].json["data"]["message"]["body"] == "life goes on"
    wait_until(
        lambda: clara.get("/api/notifications").json()["notifications"],
        "the notification",
        seconds=30,
    )

    def dead():
        return command("outbox", "list", "--dead", "--store", store.uri).stdout.splitlines()

    wait_until(lambda: len(dead()) == 2, "both dead letters", seconds=30)
    assert all("poison" in line and "cannot be read" in line for line in dead())


def test_a_receiver_that_is_gone_ends_and_one_that_asks_for_time_gets_it(
    embedded, start_hub, tmp_path, client, receiver, second
):
    file = config(tmp_path, hook(receiver), hook(second, events=["created"]))
    hub = start_hub(embedded, WEBHOOKS=file, OUTBOX_RETRY_SECONDS=QUICK)
    receiver.status = 410
    second.status = 429
    second.headers = {"Retry-After": "3"}
    clara = hub.rest(client)
    ticket = clara.create()["id"]
    wait_until(lambda: len(receiver.deliveries) == 1, "the answer 410")
    for number in range(3):
        clara.say(ticket, f"line {number}")

    def dead():
        return command("outbox", "list", "--dead", "--store", embedded.uri).stdout

    wait_until(lambda: dead().count("410 Gone") == 4, "four dead letters")
    assert len(receiver.deliveries) == 1, "it is asked no more"

    wait_until(lambda: second.deliveries, "the answer 429")
    refused_at = second.times[0]
    second.status = 200
    # Its retries come each second; it has asked for three.
    second.wait_for(1)
    assert second.times[-1] - refused_at >= 2.9


def test_redirects_are_not_followed(hub_alone, embedded, start_hub, tmp_path, client, receiver):
    hub_alone.stop()
    settings = config(tmp_path, hook(receiver))
    hub = start_hub(embedded, WEBHOOKS=settings, OUTBOX_RETRY_SECONDS="0")
    receiver.status = 302
    hub.rest(client).create()
    wait_until(lambda: len(receiver.deliveries) == 2, "two tries", seconds=30)
    assert {d.path for _, d in receiver.deliveries} == {"/hook"}


BROKEN = [
    ("[", "not JSON"),
    ("{}", "must be a list"),
    ([{"secret": "s"}], "webhook 1: url"),
    ([{"url": "ftp://host/", "secret": "s"}], "webhook 1: url"),
    ([{"url": "http://a b/", "secret": "s"}], "webhook 1: url"),
    ([{"url": "http://host/"}], "webhook 1: secret"),
    ([{"url": "http://host/", "secret": "whsec_###"}], "webhook 1: what follows whsec_"),
    (
        [{"url": "http://host/", "secret": "whsec_" + base64.b64encode(b"x" * 16).decode()}],
        "webhook 1: what follows whsec_ in secret has 16 bytes; it must have 24 to 64",
    ),
    ([{"url": "http://host/", "secret": "s", "events": ["mesage"]}], "“mesage”"),
    ([{"url": "http://host/", "secret": "s", "colour": 1}], "“colour”"),
    ([{"url": "http://host/", "secret": "s", "internal": 1}], "webhook 1: internal"),
    ([{"url": "http://host/", "secret": "s"}] * 2, "webhook 2 has the URL"),
]


@pytest.mark.parametrize(("content", "reason"), BROKEN)
def test_a_broken_file_stops_the_start(tmp_path, content, reason):
    file = tmp_path / "webhooks.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    store = f"sqlite:{tmp_path / 'hub.db'}"
    started = command("serve", "--listen", "127.0.0.1:0", "--store", store, GUICHET_WEBHOOKS=file)
    assert started.returncode == 2
    assert len(started.stderr.splitlines()) == 1
    assert "GUICHET_WEBHOOKS" in started.stderr and str(file) in started.stderr
    assert reason in started.stderr
    assert people.SECRET not in started.stderr


def test_a_missing_file_stops_the_start(tmp_path):
    store = f"sqlite:{tmp_path / 'hub.db'}"
    started = command("serve", "--store", store, GUICHET_WEBHOOKS=tmp_path / "none.json")
    assert started.returncode == 2 and "cannot be read" in started.stderr


def test_webhooks_are_shown_to_administrators_without_their_secrets(
    embedded, start_hub, tmp_path, client, lina, admin
):
    password, token = secrets.token_hex(8), secrets.token_hex(8)
    file = config(
        tmp_path,
        {
            "url": f"http://user:{password}@127.0.0.1:9/hooks/in?token={token}#part",
            "secret": SECRET,
            "events": ["sla", "created"],
            "internal": True,
        },
        {"url": "https://example.invalid", "secret": SECRET, "events": "*"},
    )
    hub = start_hub(embedded, WEBHOOKS=file)
    answer = hub.rest(admin).get("/api/webhooks")
    assert answer.json() == {
        "webhooks": [
            {"url": "http://127.0.0.1:9", "events": ["created", "sla"], "internal": True},
            {"url": "https://example.invalid", "events": "*", "internal": False},
        ]
    }
    for secret in (password, token, SECRET, SECRET[6:30]):
        assert secret not in answer.text
    for person in (client, lina):
        refused = hub.rest(person).call("GET", "/api/webhooks", 403)
        assert refused.json()["code"] == "forbidden" and "example" not in refused.text
    hub.rest(admin).call("GET", "/api/webhooks?limit=2", 400)
    hub.rest(admin).call("DELETE", "/api/webhooks", 405)


def test_without_webhooks_the_list_is_empty(hub_alone, admin):
    assert hub_alone.rest(admin).get("/api/webhooks").json() == {"webhooks": []}
