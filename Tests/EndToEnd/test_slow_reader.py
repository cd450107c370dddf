"""A slow reader does not affect the others and loses nothing (docs/protocol.md 7.15)."""

import pytest

from support import people
from support.raw import RawSocket

BODY = "x" * 15_000
MESSAGES = 600  # 9 MB, more than the kernel's buffers and the hub's bound together


@pytest.fixture
def flooded(store, start_hub, client, lina):
    """A ticket with many long messages, a member who kept up, and one who has read nothing."""
    hub = start_hub(store, OUTBOUND_BYTES=512 * 1024, COMMANDS_PER_SECOND=0)
    author = hub.live(client)
    ticket = author.create()
    slow = RawSocket(hub.port, people.token(lina), receive_buffer=4096)
    slow.send_json(type="join", id="j", ticket=ticket["id"])
    assert wait_json(slow, "joined")["seq"] == 1
    window = 20
    sent = []
    for number in range(MESSAGES):
        sent.append(author.send("message", ticket=ticket["id"], body=f"{number} {BODY}"))
        if len(sent) >= window:
            author.answer(sent.pop(0))
    for id in sent:
        author.answer(id)
    yield ticket["id"], author, slow
    slow.close()


def wait_json(raw, type, pongs=None):
    """The next frame of a type. It drops events before that frame and puts pongs aside."""
    while True:
        frame = raw.receive_json()
        if frame["type"] == type:
            return frame
        if frame["type"] == "pong" and pongs is not None:
            pongs.append(frame)


def test_a_slow_reader_learns_how_far_behind_it_is_and_fetches_the_rest(flooded):
    ticket, author, slow = flooded
    last = MESSAGES + 1
    kept_up = [event["seq"] for event in author.events_until(last, ticket)]
    assert kept_up == list(range(2, last + 1))

    slow.send_json(type="ping", id="p")
    seen, pongs = 1, []
    while seen < last or not pongs:
        frame = slow.receive_json()
        if frame["type"] == "event":
            assert frame["seq"] == seen + 1, "a hole that nobody told of"
            seen = frame["seq"]
        elif frame["type"] == "behind":
            assert frame["ticket"] == ticket
            assert frame["from"] <= seen + 1 and frame["to"] > seen
            seen = fetch(slow, ticket, seen, until=frame["to"], pongs=pongs)
        elif frame["type"] == "pong":
            pongs.append(frame)
    assert seen == last and pongs[0]["re"] == "p"


def fetch(slow, ticket, seen, until, pongs):
    """Joins again, page by page, until the seq is reached; returns the newest received seq."""
    while seen < until:
        slow.send_json(type="join", id=f"after-{seen}", ticket=ticket, after=seen)
        page = wait_json(slow, "joined", pongs)["events"]
        assert [event["seq"] for event in page] == list(range(seen + 1, seen + 1 + len(page)))
        assert page, "nothing after a seq that the hub had told of"
        seen = page[-1]["seq"]
    return seen
