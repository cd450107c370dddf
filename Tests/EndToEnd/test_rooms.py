"""Joining a ticket's room, and the live events (docs/protocol.md 7.5 and 7.6)."""

import pytest

from support import people
from support.live import Refused


def test_a_join_returns_the_log_and_later_events_come_live(hub, client, lina):
    author, reader = hub.live(client), hub.live(lina)
    ticket = author.create()
    joined = reader.join(ticket["id"])
    assert joined["ticket"]["id"] == ticket["id"]
    assert [event["kind"] for event in joined["events"]] == ["created"]
    assert (joined["seq"], joined["more"], joined["reset"]) == (1, False, False)

    ack = author.message(ticket["id"], "Hello?")
    assert ack["seq"] == 2 and "at" in ack
    for live in (author, reader):
        event = live.event(ticket=ticket["id"])
        assert (event["seq"], event["prev"], event["kind"]) == (2, 1, "message")
        assert event["by"] == client.wire and event["cause"] == "user"
        assert event["message"]["id"] == ack["messageId"]
        assert event["message"]["body"] == "Hello?"


def test_a_join_by_ref_is_a_join(hub, client):
    live = hub.live(client)
    ticket = live.create()
    assert live.join(ticket["ref"])["ticket"]["id"] == ticket["id"]


def test_a_join_after_a_seq_returns_the_rest(hub, client, lina):
    author, reader = hub.live(client), hub.live(lina)
    ticket = author.create()
    for number in range(2, 7):
        author.message(ticket["id"], f"line {number}")
    joined = reader.join(ticket["id"], after=3)
    assert [event["seq"] for event in joined["events"]] == [4, 5, 6]
    assert joined["events"][0]["prev"] == 3
    newest = hub.live(lina).join(ticket["id"], limit=2)
    assert [event["seq"] for event in newest["events"]] == [5, 6] and newest["more"]
    assert hub.live(lina).join(ticket["id"], after=6)["events"] == []


def test_a_join_beyond_the_log_starts_afresh(hub, client):
    live = hub.live(client)
    ticket = live.create()
    joined = live.join(ticket["id"], after=40)
    assert joined["reset"] is True
    assert [event["seq"] for event in joined["events"]] == [1]


def test_a_long_log_is_joined_in_pages(store, start_hub, client, lina):
    hub = start_hub(store, COMMANDS_PER_SECOND=0)
    author, reader = hub.live(client), hub.live(lina)
    ticket = author.create()
    for id in [author.send("message", ticket=ticket["id"], body=f"line {n}") for n in range(620)]:
        author.answer(id)
    seen, after, more = [], 0, True
    while more:
        page = reader.join(ticket["id"], after=after)
        assert len(page["events"]) <= 500
        seen += [event["seq"] for event in page["events"]]
        after, more = seen[-1], page["more"]
    assert seen == list(range(1, 622))


def test_nothing_is_missed_or_doubled_between_the_answer_and_the_live_stream(
    store, start_hub, client, lina
):
    hub = start_hub(store, COMMANDS_PER_SECOND=0)
    author = hub.live(client)
    ticket = author.create()
    total = 200
    sent = [author.send("message", ticket=ticket["id"], body=f"line {n}") for n in range(total)]
    # Readers join while the messages are on their way.
    readers = [hub.live(lina) for _ in range(8)]
    for reader in readers:
        joined = reader.join(ticket["id"], after=0)
        known = [event["seq"] for event in joined["events"]]
        live = reader.events_until(total + 1, ticket["id"]) if known[-1] < total + 1 else []
        assert known + [event["seq"] for event in live] == list(range(1, total + 2))
    acks = [author.answer(id)["seq"] for id in sent]
    assert acks == list(range(2, total + 2))


def test_a_member_who_left_gets_no_more_events(hub, client, lina):
    author, reader = hub.live(client), hub.live(lina)
    ticket = author.create()
    reader.join(ticket["id"])
    assert reader.ask("leave", ticket=ticket["id"])["type"] == "left"
    author.message(ticket["id"], "Are you there?")
    author.event(ticket=ticket["id"])
    reader.settle()
    assert reader.taken_so_far("event") == []


def test_a_join_that_was_taken_back_is_answered_too(hub, client, lina):
    ticket = hub.live(client).create()
    live = hub.live(lina)
    join = live.send("join", ticket=ticket["id"])
    leave = live.send("leave", ticket=ticket["id"])
    again = live.send("join", ticket=ticket["id"])
    assert live.answer(leave)["type"] == "left"
    assert live.answer(again)["type"] == "joined"
    assert live.wait_for(lambda f: f.get("re") == join, "an answer")["type"] in ("joined", "error")
    first, second = live.send("queue.join"), live.send("queue.join", filter={"status": "open"})
    assert live.answer(second)["type"] == "queue"
    assert live.wait_for(lambda f: f.get("re") == first, "an answer")["type"] in ("queue", "error")


def test_a_room_that_one_may_not_see_is_not_found(hub, client):
    snapshot = hub.live(client).create()
    stranger = hub.live(people.client(projects=["other"]))
    for ticket in (snapshot["id"], snapshot["ref"], "ffffffffffffffffffffffff", "T-999999"):
        with pytest.raises(Refused) as refusal:
            stranger.join(ticket)
        assert refusal.value.code == "not_found"


def test_the_room_of_an_earlier_connection_is_caught_up_after_a_restart(hub, client, lina):
    author, reader = hub.live(client), hub.live(lina)
    ticket = author.create()
    reader.join(ticket["id"])
    author.message(ticket["id"], "one")
    seen = reader.event(ticket=ticket["id"])["seq"]
    author.message(ticket["id"], "two")
    hub.close_clients()
    hub.stop()
    hub.start()
    hub.live(client).message(ticket["id"], "three")
    rest = hub.live(lina).join(ticket["id"], after=seen)["events"]
    assert [event["message"]["body"] for event in rest] == ["two", "three"]


def test_take_is_won_once(hub, client, lina, sam):
    ticket = hub.live(client).create()
    first, second = hub.live(lina), hub.live(sam)
    for live in (first, second):
        live.join(ticket["id"])
    assert first.ask("update", ticket=ticket["id"], action="take")["seq"] == 2
    change = first.event(ticket=ticket["id"])
    assert change["changes"]["assignedTo"] == {"from": None, "to": lina.wire}
    assert change["changes"]["status"] == {"from": "open", "to": "in_progress"}
    with pytest.raises(Refused) as refusal:
        second.ask("update", ticket=ticket["id"], action="take")
    assert refusal.value.code == "already_taken"
    assert refusal.value.frame["assignedTo"] == lina.wire


def test_released_tickets_are_open_again(hub, client, lina):
    ticket = hub.live(client).create()
    live = hub.live(lina)
    live.join(ticket["id"])
    live.ask("update", ticket=ticket["id"], action="take")
    live.ask("update", ticket=ticket["id"], action="release")
    changes = live.events_until(3, ticket["id"])[-1]["changes"]
    assert changes["assignedTo"]["to"] is None and changes["status"]["to"] == "open"


def test_an_update_with_an_old_seq_is_a_conflict(hub, client, lina):
    ticket = hub.live(client).create()
    live = hub.live(lina)
    live.ask("update", ticket=ticket["id"], set={"priority": "high"}, ifSeq=1)
    with pytest.raises(Refused) as refusal:
        live.ask("update", ticket=ticket["id"], set={"priority": "low"}, ifSeq=1)
    assert refusal.value.code == "conflict"


def test_an_unknown_assignee_is_a_bad_request_that_names_the_field(hub, client, admin):
    ticket = hub.live(client).create()
    with pytest.raises(Refused) as refusal:
        hub.live(admin).ask("update", ticket=ticket["id"], set={"assignedTo": "nobody-knows"})
    assert (refusal.value.code, refusal.value.field) == ("bad_request", "assignedTo")
