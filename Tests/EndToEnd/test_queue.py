"""The live queue of the staff (docs/protocol.md 7.11)."""

import pytest

from support.people import Person


def next_change(live):
    return live.wait("queue.event")


@pytest.fixture
def queue(hub, client, lina):
    """A technician whose queue is open and empty, and a client who will fill it."""
    watching = hub.live(lina)
    answer = watching.ask("queue.join")
    assert answer["type"] == "queue" and answer["tickets"] == []
    return watching, answer["rev"], hub.live(client)


def test_a_new_ticket_enters_and_its_changes_follow(queue):
    watching, rev, asking = queue
    ticket = asking.create(title="Fresh")
    entered = next_change(watching)
    assert (entered["op"], entered["rev"]) == ("upsert", rev + 1)
    assert entered["ticket"]["id"] == ticket["id"] and entered["ticket"]["title"] == "Fresh"
    asking.message(ticket["id"], "One more thing.")
    changed = next_change(watching)
    assert (changed["op"], changed["rev"]) == ("upsert", rev + 2)
    assert changed["ticket"]["messageCount"] == 1


def test_a_ticket_that_a_colleague_takes_leaves_with_the_reason(queue, hub, sam):
    watching, rev, asking = queue
    ticket = asking.create()
    next_change(watching)
    hub.live(sam).ask("update", ticket=ticket["id"], action="take")
    left = next_change(watching)
    assert (left["op"], left["id"], left["rev"]) == ("remove", ticket["id"], rev + 2)
    assert left["why"] == "taken" and left["by"]["id"] == sam.id


def test_a_ticket_that_no_longer_fits_the_filter_leaves(hub, client, admin):
    watching = hub.live(admin)
    watching.ask("queue.join", filter={"status": ["open", "in_progress"], "priority": "high"})
    asking = hub.live(client)
    asking.create(priority="low")
    fitting = asking.create(priority="high")
    assert next_change(watching)["ticket"]["id"] == fitting["id"]
    hub.rest(admin).patch(f"/api/tickets/{fitting['id']}", {"priority": "low"})
    left = next_change(watching)
    assert (left["op"], left["id"], left["why"]) == ("remove", fitting["id"], "filter")


def test_a_queue_begins_with_what_is_there_in_order_of_urgency(hub, client, admin):
    mine = hub.rest(client)
    for priority in ("low", "urgent", "normal"):
        mine.create(priority=priority)
    answer = hub.live(admin).ask("queue.join")
    assert [t["priority"] for t in answer["tickets"]] == ["urgent", "normal", "low"]
    assert answer["more"] is False
    assert answer["counts"]["status"]["open"] == 3


def test_a_limited_queue_says_that_there_is_more(hub, client, admin):
    mine = hub.rest(client)
    for _ in range(4):
        mine.create()
    answer = hub.live(admin).ask("queue.join", limit=3)
    assert len(answer["tickets"]) == 3 and answer["more"] is True


def test_revisions_have_no_hole(queue):
    watching, rev, asking = queue
    created = [asking.create(title=f"number {n}")["id"] for n in range(20)]
    seen, revisions = set(), []
    while seen != set(created):
        change = next_change(watching)
        seen.add(change["ticket"]["id"])
        revisions.append(change["rev"])
    assert revisions == list(range(rev + 1, rev + 1 + len(revisions)))


def test_a_left_queue_is_silent(queue):
    watching, _, asking = queue
    assert watching.ask("queue.leave")["type"] == "queue.left"
    ticket = asking.create()
    watching.join(ticket["id"])
    asking.message(ticket["id"], "Anyone?")
    watching.event(ticket=ticket["id"])
    watching.settle()
    assert watching.taken_so_far("queue.event") == []


@pytest.mark.parametrize("twin", ["\u212aate", "jos\u0065\u0301", "Kate"])
def test_a_filter_means_the_same_in_the_list_and_in_the_live_queue(hub, admin, twin):
    """`\u212a` is the Kelvin sign: whatever an id like that finds in the list, it finds live."""
    looking = hub.rest(admin)
    asking = [Person(id, "client", id, ("atelier",)) for id in ("Kate", "jos\u00e9")]
    tickets = [hub.rest(person).create()["id"] for person in asking]
    found = looking.get("/api/tickets", params={"client": twin}).json()["tickets"]
    listed = {ticket["id"] for ticket in found}
    watching, control = hub.live(admin), hub.live(admin)
    joined = watching.ask("queue.join", filter={"client": twin})
    control.ask("queue.join")
    assert {ticket["id"] for ticket in joined["tickets"]} == listed
    for ticket in tickets:
        looking.patch(f"/api/tickets/{ticket}", {"priority": "urgent"})
        assert next_change(control)["ticket"]["id"] == ticket
        if ticket in listed:
            assert next_change(watching)["ticket"]["id"] == ticket
    watching.settle()
    assert watching.taken_so_far("queue.event") == []
