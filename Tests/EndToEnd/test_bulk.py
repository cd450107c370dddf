"""Many tickets in one call, and the counts of lists (docs/protocol.md 6.14 and 6.8)."""

import random

import pytest

from support.rest import assert_problem

NOBODYS = "ffffffffffffffffffffffff"
STATUSES = ("open", "in_progress", "waiting", "resolved", "closed")


@pytest.fixture
def tickets(hub, client):
    mine = hub.rest(client)
    return [mine.create(f"ticket {number}") for number in range(6)]


def bulk(rest, ids, key=None, **change):
    headers = {"Idempotency-Key": key} if key else {}
    answer = rest.patch("/api/tickets", {"ids": ids, **change}, headers=headers).json()
    assert [result["id"] for result in answer["results"]] == ids
    return [result.get("code", "ok") for result in answer["results"]]


def test_each_ticket_has_a_result_of_its_own(hub, tickets, lina, sam, admin):
    ids, all_seeing = [ticket["id"] for ticket in tickets], hub.rest(admin)
    hub.rest(lina).patch(f"/api/tickets/{ids[1]}", {"action": "take"})
    all_seeing.patch(f"/api/tickets/{ids[2]}", {"action": "close"})
    asked = [*ids[:4], tickets[4]["ref"], NOBODYS, "nonsense"]
    assert bulk(hub.rest(sam), asked, action="take") == [
        "ok", "already_taken", "ticket_closed", "ok", "ok", "not_found", "not_found",
    ]
    for id in (ids[0], ids[3], ids[4]):
        assert all_seeing.get(f"/api/tickets/{id}").json()["assignedTo"] == sam.wire
    assert all_seeing.get(f"/api/tickets/{ids[5]}").json()["assignedTo"] is None


def test_a_key_counts_for_each_ticket(hub, tickets, admin):
    ids, theirs = [ticket["id"] for ticket in tickets], hub.rest(admin)
    assert bulk(theirs, ids[:4], key="b-1", priority="urgent") == ["ok"] * 4
    assert bulk(theirs, ids, key="b-1", priority="urgent") == ["ok"] * 6
    assert bulk(theirs, ids[:2], key="b-1", priority="low") == ["key_mismatch"] * 2
    assert bulk(theirs, [ids[0]] * 3, key="b-2", priority="low") == ["ok"] * 3
    for position, id in enumerate(ids):
        page = theirs.events(id)
        assert page["seq"] == (3 if position == 0 else 2), "stored once each"


def test_a_client_changes_only_what_is_theirs(hub, tickets, client):
    mine = hub.rest(client)
    ids = [ticket["id"] for ticket in tickets]
    assert bulk(mine, [*ids[:2], NOBODYS], priority="low") == ["forbidden", "forbidden", "not_found"]
    assert bulk(mine, ids[:2], action="resolve") == ["ok", "ok"]


def test_a_bulk_call_has_one_to_five_hundred_tickets(hub, tickets, admin):
    theirs = hub.rest(admin)
    for ids in ([], [NOBODYS] * 501, "T-1001", [1]):
        body = {"ids": ids, "priority": "low"}
        assert_problem(theirs.patch("/api/tickets", body, expect=None), 400, "bad_request", "ids")
    body = {"ids": [tickets[0]["id"]]}
    assert_problem(theirs.patch("/api/tickets", body, expect=None), 400, "bad_request", "action")
    body = {"ids": [tickets[0]["id"]], "colour": "red"}
    assert_problem(theirs.patch("/api/tickets", body, expect=None), 400, "bad_request", "colour")
    ids = [NOBODYS] * 250 + [ticket["id"] for ticket in tickets] * 41 + [NOBODYS] * 4
    results = bulk(theirs, ids, priority="high")
    assert results.count("ok") == 246 and results.count("not_found") == 254


def listed_counts(rest, **params):
    """The counts of a list, after a comparison with the list itself."""
    counts = rest.get("/api/tickets", params={"limit": 1, **params}).json()["counts"]["status"]
    for status in STATUSES:
        page = rest.get("/api/tickets", params={"limit": 200, **params, "status": status}).json()
        assert len(page["tickets"]) == counts[status], (status, params, counts)
        assert page["counts"]["status"] == counts
    return counts


def test_counts_match_the_lists_after_every_change(hub, tickets, client, lina, sam, admin):
    mine, theirs, others, all_seeing = (hub.rest(p) for p in (client, lina, sam, admin))
    for rest in (theirs, others, all_seeing):
        rest.get("/api/me")
    dice = random.Random(4)
    ids = [ticket["id"] for ticket in tickets] + [
        mine.create(f"more {n}", priority=dice.choice(["low", "high"]))["id"] for n in range(6)
    ]
    for _ in range(60):
        change = dice.choice(
            [
                {"status": dice.choice(STATUSES)},
                {"priority": dice.choice(["low", "urgent"])},
                {"assignedTo": dice.choice([lina.id, sam.id, None])},
                {"watchers": dice.sample([lina.id, sam.id], dice.randint(0, 2))},
                {"category": "change"},
            ]
        )
        all_seeing.patch(f"/api/tickets/{dice.choice(ids)}", change, expect=None)

    def look():
        return [
            listed_counts(hub.rest(someone), **params)
            for someone in (admin, lina, sam, client)
            for params in ({}, {"priority": "urgent"}, {"assignedTo": "me,none"}, {"q": "more"})
        ]

    before = look()
    assert sum(before[0].values()) == len(ids)
    hub.kill()
    hub.start()
    assert look() == before
