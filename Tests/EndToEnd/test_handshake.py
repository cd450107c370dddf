"""The handshake: tokens, origins, subprotocols, hello (docs/protocol.md 2.3, 7.1 and 7.3)."""

import base64
import dataclasses
import json

import pytest
from websockets.exceptions import InvalidStatus

from support import people


def refused_status(open_connection):
    with pytest.raises(InvalidStatus) as refusal:
        open_connection()
    return refusal.value.response.status_code


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_hello_names_the_caller_and_the_limits(hub_alone, client):
    live = hub_alone.live(client)
    assert live.socket.subprotocol == "guichet.v1"
    assert live.hello["protocol"] == "guichet.v1"
    assert live.hello["you"] == client.wire
    assert live.hello["heartbeat"] == 25
    assert {"hub", "build", "time", "limits"} <= live.hello.keys()


def test_the_old_spelling_of_technician_is_understood(hub_alone):
    spelled_in_french = people.Person("old", "technicien", "Old")
    assert hub_alone.live(spelled_in_french).hello["you"]["role"] == "technician"


def test_sub_names_the_caller_when_id_does_not(hub_alone, client):
    token = people.token(client, id=None, sub="by-sub")
    live = hub_alone.live(client, headers={"Authorization": f"Bearer {token}"}, subprotocols=[])
    assert live.hello["you"]["id"] == "by-sub"


@pytest.mark.parametrize("where", ["header", "cookie", "query", "subprotocol"])
def test_the_token_may_come_by_each_way(hub_alone, client, where):
    token = people.token(client)
    options = {
        "header": {"headers": {"Authorization": f"Bearer {token}"}, "subprotocols": []},
        "cookie": {
            "headers": {"Cookie": f"theme=dark; token={token}", "Origin": hub_alone.url},
            "subprotocols": [],
        },
        "query": {"query": f"?access_token={token}", "subprotocols": ["guichet.v1"]},
        "subprotocol": {"subprotocols": ["guichet.v1", f"bearer.{token}"]},
    }[where]
    assert hub_alone.live(client, **options).hello["you"]["id"] == client.id


def test_a_token_in_the_query_stays_out_of_the_log(hub_alone, client):
    token = people.token(client)
    hub_alone.live(client, query=f"?access_token={token}", subprotocols=["guichet.v1"])
    hub_alone.close_clients()
    hub_alone.stop()
    assert token not in hub_alone.log_file.read_text()


def test_no_token_is_401_before_the_upgrade(hub_alone, client):
    open_connection = lambda: hub_alone.live(client, subprotocols=["guichet.v1"])
    assert refused_status(open_connection) == 401


@pytest.mark.parametrize(
    "token",
    {
        "garbage": lambda who: "not.a.token",
        "another_key": lambda who: people.token(who, key="x" * 40),
        "expired": lambda who: people.token(who, ttl=-3600),
        "no_expiry": lambda who: people.token(who, exp=None),
        "no_identity": lambda who: people.token(who, id=None),
        "no_role": lambda who: people.token(who, role=None),
        "unknown_role": lambda who: people.token(who, role="king"),
        "other_algorithm": lambda who: people.token(who, algorithm="HS512"),
        "alg_none": lambda who: f"{part({'alg': 'none'})}.{part(people.claims(who))}.",
    }.items(),
    ids=lambda case: case[0],
)
def test_a_bad_token_is_401_before_the_upgrade(hub_alone, client, token):
    headers = {"Authorization": f"Bearer {token[1](client)}"}
    open_connection = lambda: hub_alone.live(client, subprotocols=["guichet.v1"], headers=headers)
    assert refused_status(open_connection) == 401


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_a_foreign_origin_is_403_before_the_upgrade(hub_alone, client, origin):
    assert refused_status(lambda: hub_alone.live(client, origin=origin)) == 403


def test_the_same_origin_is_let_in(hub_alone, client):
    assert hub_alone.live(client, origin=hub_alone.url).hello["you"] == client.wire


def test_an_allowed_origin_is_let_in_and_gets_cors_headers(embedded, start_hub, client):
    hub = start_hub(embedded, ALLOWED_ORIGINS="https://desk.example,https://other.example")
    assert hub.live(client, origin="https://desk.example").hello["you"] == client.wire
    answer = hub.rest(client).get("/api/me", headers={"Origin": "https://desk.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "https://desk.example"


def test_a_foreign_origin_is_403_for_rest_too(hub_alone, client):
    hub_alone.rest(client).get("/api/me", expect=403, headers={"Origin": "http://evil.example"})


def test_a_new_token_prolongs_the_connection_of_the_same_person_only(hub_alone, client, lina):
    live = hub_alone.live(client)
    authed = live.ask("auth", token=people.token(client, ttl=7200))
    assert authed["type"] == "authed" and "exp" in authed
    live.send("auth", token=people.token(lina))
    assert live.wait("error")["code"] in ("unauthorized", "forbidden")


def test_a_person_who_is_no_longer_staff_has_no_queue(hub_alone, client, sam, admin):
    live, boss = hub_alone.live(sam), hub_alone.live(admin)
    assert live.ask("queue.join")["type"] == "queue"
    live.ask("auth", token=people.token(dataclasses.replace(sam, role="client"), projects=None))
    mine = live.create()
    boss.message(mine["id"], "A canary, internal.", internal=True)
    boss.message(mine["id"], "Public.")
    live.event(seq=3)
    live.settle()
    assert live.taken_so_far("queue.event") == []
    assert not any("canary" in text for text in live.raw)


def test_an_expired_token_closes_with_4401(hub_alone, client):
    short = people.token(client, ttl=2)
    live = hub_alone.live(client, subprotocols=["guichet.v1", f"bearer.{short}"])
    live.wait("expiring")
    assert live.close_code() == 4401
