"""Nothing internal reaches a client, and lost access ends at once (docs/protocol.md 2.7 and
2.8).

Each note contains a canary. At the end, no byte that was ever sent to the client may contain it.
"""


import pytest

from support import people

CANARY = "canary-7c1e"


@pytest.fixture
def told(hub, client, lina):
    """A ticket whose log alternates public and internal events, with its live members."""
    asking, answering, mine = hub.live(client), hub.live(lina), hub.rest(client)
    snapshot = asking.create()
    ticket = snapshot["id"]
    answering.join(ticket)
    answering.ask("update", ticket=ticket, action="take")  # 2: public
    answering.message(ticket, f"note {CANARY}", internal=True)  # 3
    answering.ask("update", ticket=ticket, set={"tags": [CANARY]})  # 4
    answering.message(ticket, "On my way.")  # 5: public
    answering.message(ticket, f"done {CANARY}", internal=True, action="resolve")  # 6: as a change
    answering.ask("update", ticket=ticket, set={"targetHours": 3.5})  # 7
    answering.message(ticket, "All is well.")  # 8: public
    return ticket, asking, answering, mine


PUBLIC = [1, 2, 5, 6, 8]


def chain_holds(events, first_prev):
    prevs = [first_prev, *[event["seq"] for event in events[:-1]]]
    return [event["prev"] for event in events] == prevs


def test_live_events_are_the_public_ones_in_an_unbroken_chain(told):
    ticket, asking, answering, _ = told
    events = asking.events_until(8, ticket)
    assert [event["seq"] for event in events] == PUBLIC[1:]
    assert chain_holds(events, first_prev=1)
    assert "message" not in events[2] and events[2]["kind"] == "change"
    assert CANARY not in "".join(asking.raw)
    assert CANARY in "".join(answering.raw)


def test_a_replay_is_the_same_chain(told, hub, client):
    ticket, _, _, mine = told
    joined = hub.live(client)
    replayed = joined.join(ticket, after=0)["events"]
    paged = mine.events(ticket)["events"]
    assert [event["seq"] for event in replayed] == [event["seq"] for event in paged] == PUBLIC
    assert chain_holds(replayed, first_prev=0)
    assert CANARY not in "".join(joined.raw)


def test_the_snapshot_of_a_client_is_made_of_what_they_may_see(told):
    ticket, _, answering, mine = told
    answering.message(ticket, f"afterthought {CANARY}", internal=True)
    snapshot = mine.get(f"/api/tickets/{ticket}").json()
    assert (snapshot["seq"], snapshot["messageCount"]) == (8, 2)
    assert snapshot["lastMessage"]["excerpt"] == "All is well."
    assert answering.join(ticket)["ticket"]["messageCount"] == 5


def test_no_call_of_a_client_tells_the_note(told):
    ticket, _, _, mine = told
    for path in (
        "/api/tickets",
        f"/api/tickets/{ticket}",
        f"/api/tickets/{ticket}/events?after=0",
        "/api/projects",
    ):
        mine.get(path, expect=None)
    found = mine.get("/api/tickets", params={"q": CANARY}).json()["tickets"]
    assert found == []
    assert not any(CANARY.encode() in body for body in mine.bodies)


def test_a_client_may_not_write_a_note(told):
    ticket, asking, _, mine = told
    id = asking.send("message", ticket=ticket, body="hush", internal=True)
    error = asking.wait("error", re=id)
    assert (error["code"], error["field"]) == ("forbidden", "internal")


def test_a_client_has_no_queue(told):
    _, asking, *_ = told
    id = asking.send("queue.join")
    assert asking.wait("error", re=id)["code"] == "forbidden"


def test_a_technician_who_loses_a_ticket_gets_removed_and_nothing_more(hub, client, lina, sam, admin):
    hub.live(sam)
    snapshot = hub.live(client).create()
    ticket = snapshot["id"]
    losing, moving = hub.live(lina), hub.live(admin)
    losing.join(ticket)
    moving.join(ticket)
    moving.ask("update", ticket=ticket, set={"assignedTo": sam.id})
    losing.wait("removed", ticket=ticket)
    moving.message(ticket, CANARY)
    moving.event(ticket=ticket, kind="message")
    losing.settle()
    assert losing.taken_so_far("event") == []
    assert CANARY not in "".join(losing.raw)
    id = losing.send("join", ticket=ticket)
    assert losing.wait("error", re=id)["code"] == "not_found"


def test_a_watcher_keeps_a_ticket_that_another_technician_takes(hub, client, lina, sam, admin):
    ticket = hub.live(client).create()["id"]
    watching, taking = hub.live(lina), hub.live(sam)
    watching.join(ticket)
    hub.rest(admin).patch(f"/api/tickets/{ticket}", {"watchers": [lina.id]})
    taking.ask("update", ticket=ticket, action="take")
    events = watching.events_until(3, ticket)
    assert events[-1]["changes"]["assignedTo"]["to"] == sam.wire


def test_other_clients_get_nothing_of_a_ticket(hub, client, lina):
    stranger = hub.live(people.client(projects=["other"]))
    ticket = hub.live(client).create(title=CANARY)["id"]
    answering = hub.live(lina)
    answering.message(ticket, CANARY)
    stranger.say(ticket, "typing", on=True)
    stranger.say(ticket, "read", seq=1)
    answering.join(ticket)
    stranger.settle()
    assert CANARY not in "".join(stranger.raw)
    assert answering.taken_so_far("typing") == []


def test_a_client_finds_no_ticket_by_its_tags(hub, client, admin):
    """Hides the counts too, which would reveal the tags one by one (docs/protocol.md 2.8)."""
    mine, boss = hub.rest(client), hub.rest(admin)
    snapshot = mine.create(tags=["by-the-client"])
    boss.patch(f"/api/tickets/{snapshot['id']}", {"tags": ["bad-payer"]})
    for tag in ("bad-payer", "by-the-client"):
        page = mine.get("/api/tickets", params={"tag": tag}).json()
        assert page["tickets"] == [] and not any(page["counts"]["status"].values())
    found = boss.get("/api/tickets", params={"tag": "bad-payer"}).json()["tickets"]
    assert [ticket["id"] for ticket in found] == [snapshot["id"]]
