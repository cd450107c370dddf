"""Server-sent events and long polls (docs/protocol.md 8): the same events as on a WebSocket."""

import concurrent.futures
import json
import subprocess
import time

import pytest

from support import people
from support.rest import assert_problem


class Stream:
    """Server-sent events from an iterable of lines."""

    def __init__(self, lines):
        self.lines = iter(lines)

    def next(self):
        """The next event as (id, data); skips presence."""
        while (found := self.next_of_any())[1]["type"] == "presence":
            pass
        return found

    def next_of_any(self):
        """The next event as (id, data); skips comments and other fields."""
        id, data = None, []
        for line in self.lines:
            line = line.decode() if isinstance(line, bytes) else line
            name, _, value = line.rstrip("\r\n").partition(":")
            value = value.removeprefix(" ")
            if name == "id":
                id = value
            elif name == "data":
                data.append(value)
            elif not line.strip() and data:
                return id, json.loads("\n".join(data))
        raise AssertionError("the stream ended")


@pytest.fixture
def curl():
    """Starts `curl -N` and reads what it prints as it comes."""
    started = []

    def start(url, someone, *headers):
        arguments = ["curl", "-sN", "--max-time", "60"]
        for header in [f"Authorization: Bearer {people.token(someone)}", *headers]:
            arguments += ["-H", header]
        process = subprocess.Popen([*arguments, url], stdout=subprocess.PIPE, text=True)
        started.append(process)
        return Stream(process.stdout)

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_stream_begins_with_the_room_and_goes_on_live(hub, client, lina, curl):
    mine = hub.rest(client)
    ticket = mine.create()
    stream = curl(f"{hub.url}/api/tickets/{ticket['id']}/stream", lina)
    _, joined = stream.next()
    assert joined["type"] == "joined" and joined["ticket"]["id"] == ticket["id"]
    mine.say(ticket["id"], "Over the wire.")
    id, event = stream.next()
    assert id == "2" and event["type"] == "event"
    assert event["message"]["body"] == "Over the wire."


def test_a_stream_resumes_after_the_last_event_id(hub, client, curl):
    mine = hub.rest(client)
    ticket = mine.create()
    for number in range(2, 6):
        mine.say(ticket["id"], f"line {number}")
    url = f"{hub.url}/api/tickets/{ticket['id']}/stream"
    stream = curl(url, client, "Last-Event-ID: 3")
    assert [stream.next()[0] for _ in range(2)] == ["4", "5"]
    mine.say(ticket["id"], "and live")
    assert stream.next()[1]["message"]["body"] == "and live"


def test_a_stream_of_a_client_has_no_note(hub, client, lina, curl):
    mine = hub.rest(client)
    ticket = mine.create()
    stream = curl(f"{hub.url}/api/tickets/{ticket['id']}/stream", client)
    stream.next()
    theirs = hub.rest(lina)
    theirs.say(ticket["id"], "canary", internal=True)
    theirs.say(ticket["id"], "public")
    id, event = stream.next()
    assert (id, event["prev"], event["message"]["body"]) == ("3", 1, "public")


def test_an_event_source_may_carry_its_token_in_the_query(hub_alone, client):
    mine = hub_alone.rest(client)
    ticket = mine.create()
    path = f"/api/tickets/{ticket['id']}/stream?access_token={people.token(client)}"
    answer = mine.get(path, stream=True, headers={"Authorization": None})
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    with answer:
        assert Stream(answer.iter_lines(chunk_size=1)).next()[1]["type"] == "joined"


def test_the_queue_streams_too(hub, client, lina, curl):
    stream = curl(f"{hub.url}/api/queue/stream", lina)
    id, queue = stream.next()
    assert queue["type"] == "queue" and id == str(queue["rev"])
    ticket = hub.rest(client).create()
    id, change = stream.next()
    assert change["op"] == "upsert" and change["ticket"]["id"] == ticket["id"]
    assert id == str(change["rev"]) == str(queue["rev"] + 1)


def test_a_stream_one_may_not_see_is_404(hub_alone, client):
    ticket = hub_alone.rest(client).create()
    stranger = hub_alone.rest(people.client(projects=["other"]))
    stranger.get(f"/api/tickets/{ticket['id']}/stream", expect=404)


def test_a_long_poll_answers_when_something_happens(hub, client, lina):
    mine, theirs = hub.rest(client), hub.rest(lina)
    ticket = mine.create()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        waiting = pool.submit(theirs.events, ticket["id"], after=1, wait=8)
        mine.say(ticket["id"], "Wake up.")
        page = waiting.result()
    assert [event["message"]["body"] for event in page["events"]] == ["Wake up."]
    assert time.monotonic() - began < 5


def test_a_long_poll_gives_up_after_its_time(hub_alone, client):
    mine = hub_alone.rest(client)
    ticket = mine.create()
    began = time.monotonic()
    page = mine.events(ticket["id"], after=1, wait=1)
    assert page["events"] == [] and page["seq"] == 1
    assert 0.9 <= time.monotonic() - began < 4


def test_a_long_poll_ends_with_its_token(hub_alone, client):
    ticket = hub_alone.rest(client).create()
    brief = hub_alone.rest(client, ttl=2)
    path = f"/api/tickets/{ticket['id']}/events?after=1&wait=9"
    assert_problem(brief.get(path, expect=None), 401, "unauthorized")
