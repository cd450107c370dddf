"""Presence, typing and read marks (docs/protocol.md 7.8, 7.9 and 7.10)."""

import time

import pytest

from support.observe import Stalls


@pytest.fixture
def room(hub_alone, client, lina):
    """A ticket with its client and a technician in its room."""
    asking, answering = hub_alone.live(client), hub_alone.live(lina)
    ticket = asking.create()
    answering.join(ticket["id"])
    return ticket["id"], asking, answering


def present(frame):
    return [someone["id"] for someone in frame["present"]]


def presence_where(live, ticket, claim):
    """The next presence frame of the ticket whose ids fulfil the condition."""
    return live.wait_for(
        lambda f: f.get("type") == "presence" and f["ticket"] == ticket and claim(present(f)),
        "presence",
    )


def test_a_join_is_announced_to_the_members(room, hub_alone, client, lina, sam):
    ticket, asking, _ = room
    presence_where(asking, ticket, lambda ids: lina.id in ids)
    joined = hub_alone.live(sam).join(ticket)
    assert {client.id, lina.id} <= set(present(joined))
    presence_where(asking, ticket, lambda ids: sam.id in ids)


def test_two_tabs_are_one_person(room, hub_alone, sam, admin):
    ticket, asking, _ = room
    tabs = [hub_alone.live(sam) for _ in range(2)]
    for tab in tabs:
        tab.join(ticket)
    assert present(presence_where(asking, ticket, lambda ids: sam.id in ids)).count(sam.id) == 1
    tabs[0].close()
    hub_alone.live(admin).join(ticket)
    assert sam.id in present(presence_where(asking, ticket, lambda ids: admin.id in ids))


def test_leaving_is_announced_after_three_seconds(room, hub_alone, lina):
    ticket, asking, answering = room
    presence_where(asking, ticket, lambda ids: lina.id in ids)
    with Stalls() as stalls:
        left = time.monotonic()
        answering.close()
        presence_where(asking, ticket, lambda ids: lina.id not in ids)
        took = time.monotonic() - left
    assert 2.5 <= took <= 5 + stalls.allowance


def test_a_blip_shows_nothing(room, hub_alone, lina, sam, admin):
    ticket, asking, answering = room
    presence_where(asking, ticket, lambda ids: lina.id in ids)
    answering.close()
    hub_alone.live(lina).join(ticket)
    # Sam goes after the blip, so when his leaving is told, Lina's three seconds are over too.
    passing = hub_alone.live(sam)
    passing.join(ticket)
    presence_where(asking, ticket, lambda ids: sam.id in ids)
    passing.close()
    last = presence_where(asking, ticket, lambda ids: sam.id not in ids)
    assert all(lina.id in present(f) for f in [*asking.taken_so_far("presence"), last])


def test_focus_shows_in_presence(room, lina):
    ticket, asking, answering = room
    answering.say(ticket, "view", focus=True)

    def is_focused(frame):
        return frame.get("type") == "presence" and any(
            someone["id"] == lina.id and someone["focus"] for someone in frame["present"]
        )

    asking.wait_for(is_focused, "presence with focus")


def test_typing_goes_both_ways_and_never_back(room, client, lina):
    ticket, asking, answering = room
    asking.say(ticket, "typing", on=True)
    assert answering.wait("typing", ticket=ticket, on=True)["by"]["id"] == client.id
    answering.say(ticket, "typing", on=True)
    assert asking.wait("typing", ticket=ticket, on=True)["by"]["id"] == lina.id
    answering.say(ticket, "typing", on=False)
    assert asking.wait("typing", ticket=ticket, on=False)["by"]["id"] == lina.id
    answering.settle()
    assert answering.taken_so_far("typing") == []


def test_typing_a_note_is_for_staff_only(room, hub_alone, admin):
    ticket, asking, answering = room
    colleague = hub_alone.live(admin)
    colleague.join(ticket)
    answering.say(ticket, "typing", on=True, internal=True)
    assert colleague.wait("typing", ticket=ticket)["internal"] is True
    asking.settle()
    assert asking.taken_so_far("typing") == []


def test_sending_ends_the_typing(room):
    ticket, asking, answering = room
    asking.say(ticket, "typing", on=True)
    answering.wait("typing", ticket=ticket, on=True)
    asking.message(ticket, "There.")
    answering.wait("typing", ticket=ticket, on=False)


def test_sending_by_other_means_ends_the_typing_too(room, hub_alone, client):
    ticket, asking, answering = room
    asking.say(ticket, "typing", on=True)
    answering.wait("typing", ticket=ticket, on=True)
    hub_alone.rest(client).say(ticket, "Sent from a script.")
    answering.wait("typing", ticket=ticket, on=False)


def test_the_interval_is_a_persons_on_whichever_connection(embedded, start_hub, client, lina):
    hub = start_hub(embedded, TYPING_INTERVAL_MS=60_000)
    asking, answering = hub.live(client), hub.live(lina)
    ticket = asking.create()["id"]
    others = [hub.live(client) for _ in range(4)]  # on every worker
    for live in (answering, *others):
        live.join(ticket)
    asking.say(ticket, "typing", on=True)
    answering.wait("typing", ticket=ticket, on=True)
    # A member that gets the event is on a worker that has had the typing signal before.
    asking.ask("update", ticket=ticket, set={"title": "A fence"})
    for other in others:
        other.event(ticket=ticket)
        other.say(ticket, "typing", on=True)
        other.settle()
    asking.ask("update", ticket=ticket, set={"title": "Another fence"})
    answering.event(ticket=ticket, seq=3)
    assert answering.taken_so_far("typing") == []


def test_typing_is_passed_on_once_in_three_seconds(room):
    ticket, asking, answering = room
    for _ in range(5):
        asking.say(ticket, "typing", on=True)
    asking.message(ticket, "There.")
    answering.event(ticket=ticket)
    answering.wait("typing", ticket=ticket, on=False)
    assert len([f for f in answering.taken_so_far("typing") if f["on"]]) == 1


def test_a_read_mark_is_announced_and_kept(hub, client, lina):
    asking, answering = hub.live(client), hub.live(lina)
    ticket = asking.create()
    answering.join(ticket["id"])
    answering.message(ticket["id"], "Did you see this?")
    asking.say(ticket["id"], "read", seq=2)
    assert answering.wait("read", ticket=ticket["id"])["seq"] == 2
    asking.say(ticket["id"], "read", seq=1)
    asking.settle()
    hub.close_clients()
    hub.stop()
    hub.start()
    reads = hub.live(lina).join(ticket["id"])["reads"]
    mine = [mark["seq"] for mark in reads if person_id(mark["by"]) == client.id]
    assert mine == [2], "the mark is a high-water mark, and durable"


def person_id(by):
    return by["id"] if isinstance(by, dict) else by
