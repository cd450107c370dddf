"""Frames that break the protocol, and their close codes (docs/protocol.md 7.17, RFC 6455)."""

import time

import pytest

from support import people
from support.live import Refused
from support.raw import BINARY, PING, PONG, TEXT, RawSocket

CONTINUATION = 0


@pytest.fixture
def raw(hub_alone, client):
    connection = RawSocket(hub_alone.port, people.token(client))
    yield connection
    connection.close()


def test_a_binary_frame_closes_with_1003(raw):
    raw.send(BINARY, b"\x00\x01")
    assert raw.close_code() == 1003


@pytest.mark.parametrize(
    "bad", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"]
)
def test_invalid_utf8_closes_with_1007(raw, bad):
    raw.send(TEXT, b'{"type":"ping","id":"' + bad + b'"}')
    assert raw.close_code() == 1007


@pytest.mark.parametrize(
    "send",
    {
        "unmasked": lambda raw: raw.send(TEXT, b"{}", masked=False),
        "reserved_opcode": lambda raw: raw.send(3, b""),
        "lone_continuation": lambda raw: raw.send(CONTINUATION, b"x"),
        "fragmented_ping": lambda raw: raw.send(PING, b"", final=False),
        "long_ping": lambda raw: raw.send(PING, b"x" * 126),
        "reserved_bit": lambda raw: raw.send(TEXT | 0x20, b"{}"),
    }.items(),
    ids=lambda case: case[0],
)
def test_a_breach_of_the_protocol_closes_with_1002(raw, send):
    send[1](raw)
    assert raw.close_code() == 1002


def test_a_message_over_the_limit_closes_with_1009(raw):
    raw.send(TEXT, b'{"type":"ping","id":"' + b"x" * (1 << 20) + b'"}')
    assert raw.close_code() == 1009


def test_a_ping_between_fragments_is_answered_before_the_message(raw):
    raw.send(TEXT, b'{"type":"ping",', final=False)
    raw.send(PING, b"still there?")
    raw.send(CONTINUATION, b'"id":"p1"}')
    assert raw.receive() == (PONG, b"still there?")
    pong = raw.receive_json()
    assert (pong["type"], pong["re"]) == ("pong", "p1") and "time" in pong


def test_a_close_is_answered_with_its_code(raw):
    raw.send(8, (1000).to_bytes(2, "big") + b"bye")
    assert raw.close_code() == 1000


def test_too_many_commands_are_refused_and_the_connection_lives(hub_alone, client):
    live = hub_alone.live(client)
    ticket = live.create()
    ids = [live.send("message", ticket=ticket["id"], body=f"line {n}") for n in range(120)]
    refusals = []
    for id in ids:
        try:
            live.answer(id)
        except Refused as refusal:
            refusals.append(refusal)
    assert refusals and len(refusals) < len(ids) - 50
    assert {refusal.code for refusal in refusals} == {"rate_limited"}
    assert all(refusal.frame["retryAfter"] > 0 for refusal in refusals)
    time.sleep(refusals[-1].frame["retryAfter"])
    stored = live.join(ticket["id"], limit=200)["seq"]
    assert stored == 1 + len(ids) - len(refusals)


def test_rooms_are_limited(embedded, start_hub, client, admin):
    hub = start_hub(embedded, MAX_ROOMS=3)
    mine = hub.rest(client)
    tickets = [mine.create()["id"] for _ in range(4)]
    live = hub.live(admin)
    for ticket in tickets[:3]:
        live.join(ticket)
    with pytest.raises(Refused):
        live.join(tickets[3])
    live.ask("leave", ticket=tickets[0])
    assert live.join(tickets[3])["type"] == "joined"
