"""`guichet serve --demo`: a hub with sample people and conversations."""

import json
import re

import pytest

from support.conversations import DEMO, DEMO_MORE
from support.rest import Rest


@pytest.fixture
def demo(store, start_hub):
    """A demo hub, and the token of each person, by id."""
    hub = start_hub(store, options=["--demo"], JWT_SECRET=None)
    people = in_demo_file()["people"]
    tokens = {}
    while len(tokens) < len(people):
        link = hub.next_line(r"http://\S+/(?:client-portal|admin/tickets)#token=(\S+)")
        me = Rest(hub.url, link.group(1)).get("/api/me").json()
        tokens[me["id"]] = link.group(1)
    return hub, tokens


def in_demo_file():
    with DEMO.open(encoding="utf-8") as lines:
        return json.loads(lines.readline())


def conversations():
    lines = [json.loads(line) for path in (DEMO, DEMO_MORE) for line in path.open(encoding="utf-8")]
    return [line for line in lines if "turns" in line]


def pictures(conversation):
    return [name for turn in conversation["turns"] for name in turn.get("files", [])]


def test_each_person_gets_a_link_that_signs_in(demo):
    _, tokens = demo
    assert set(tokens) == {person["id"] for person in in_demo_file()["people"]}


def test_the_demo_has_every_conversation_in_its_final_state(demo):
    hub, tokens = demo
    everything = Rest(hub.url, tokens["gabriel"])
    tickets = {t["title"]: t for t in everything.get("/api/tickets?limit=200").json()["tickets"]}
    assert set(tickets) == {conversation["title"] for conversation in conversations()}
    for conversation in conversations():
        ticket = tickets[conversation["title"]]
        assert ticket["status"] == conversation["status"], conversation["id"]
        assert ticket["client"]["id"] == conversation["client"]
        assert (ticket["assignedTo"] or {}).get("id") == conversation["technician"]
        assert sorted(ticket["tags"]) == sorted(conversation["tags"])


def test_the_longest_conversation_and_the_pictures_are_whole(demo):
    hub, tokens = demo
    everything = Rest(hub.url, tokens["gabriel"])
    tickets = {t["title"]: t for t in everything.get("/api/tickets?limit=200").json()["tickets"]}
    longest = max(conversations(), key=lambda each: len(each["turns"]))
    # The first turn is the description.
    assert tickets[longest["title"]]["messageCount"] == len(longest["turns"]) - 1 == 399
    shown = [each for each in conversations() if pictures(each)]
    for conversation in shown:
        ticket = everything.get(f"/api/tickets/{tickets[conversation['title']]['id']}").json()
        files = ticket["attachments"] + [f for m in ticket["messages"] for f in m["attachments"]]
        assert [file["name"] for file in files] == pictures(conversation)
        for file in files:
            answer = everything.get(f"/api/files/{file['id']}")
            assert (answer.status_code, file["type"]) == (200, "image/png")
            assert answer.content == (DEMO.parent / file["name"]).read_bytes()
    assert len(shown) == 3


def test_a_demo_client_sees_no_note(demo):
    hub, tokens = demo
    mine = Rest(hub.url, tokens["claire"])
    for ticket in mine.get("/api/tickets?limit=200").json()["tickets"]:
        mine.get(f"/api/tickets/{ticket['id']}")
    seen = b"".join(mine.bodies).decode()
    notes = [t["body"] for c in conversations() for t in c["turns"] if t.get("internal")]
    assert notes and not any(json.dumps(note, ensure_ascii=False) in seen for note in notes)


def test_a_second_start_adds_nothing(demo):
    hub, _ = demo
    hub.stop()
    before = told_by_people(hub.store)
    hub.start()
    hub.next_line(r"#token=")
    assert told_by_people(hub.store) == before


def told_by_people(store):
    """The stored events except those of the clocks, which keep running."""
    return [event for event in store.events() if event["role"] != "system"]


def test_the_demo_file_is_well_written():
    people = {person["id"]: person for person in in_demo_file()["people"]}
    french = [c for c in conversations() if people[c["client"]]["locale"] == "fr"]
    assert len(conversations()) == 60 and len(french) == 34
    titles = [conversation["title"] for conversation in conversations()]
    assert len(set(titles)) == 60 and sum(len(title) > 80 for title in titles) >= 10
    for conversation in conversations():
        assert conversation["turns"][0]["role"] == "client"
        assert conversation["project"] in people[conversation["client"]]["projects"]
        assert (conversation["status"] == "open") == (conversation["technician"] is None)
    for body in (turn["body"] for conversation in french for turn in conversation["turns"]):
        prose = re.sub(r"```.*?```|`[^`]*`", "", body, flags=re.S)
        assert not re.search(r"'| [;:!?»]|« ", prose), body
