"""Tickets over REST: creating, reading, listing, changing them (docs/protocol.md 4 and 6)."""

import re

import pytest

from support import people
from support.rest import assert_problem

CLOCKS = ("firstResponse", "nextResponse")


def test_a_created_ticket_is_a_whole_head(hub, client):
    mine = hub.rest(client)
    answer = mine.post(
        "/api/tickets",
        {
            "title": "Écran noir à l’accueil",
            "description": "Depuis ce matin 🖥️",
            "category": "incident",
            "priority": "high",
            "project": "atelier",
        },
    )
    ticket = answer.json()
    assert re.fullmatch(r"[0-9a-f]{24}", ticket["id"])
    assert re.fullmatch(r"T-\d+", ticket["ref"])
    assert answer.headers["Location"].endswith(f"/api/tickets/{ticket['id']}")
    assert ticket["title"] == "Écran noir à l’accueil"
    assert ticket["description"] == "Depuis ce matin 🖥️"
    assert (ticket["status"], ticket["priority"], ticket["category"]) == ("open", "high", "incident")
    assert ticket["client"] == client.wire
    assert ticket["assignedTo"] is None
    assert (ticket["seq"], ticket["messageCount"], ticket["lastMessage"]) == (1, 0, None)
    assert ticket["waitingSince"] == ticket["createdAt"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", ticket["createdAt"])
    assert ticket["sla"]["targetHours"] == 8 and ticket["sla"]["state"] == "running"
    assert [ticket["sla"][clock]["targetMinutes"] for clock in CLOCKS] == [60, 120]


def test_a_ticket_is_found_by_its_id_and_by_its_ref(hub, client):
    mine = hub.rest(client)
    ticket = mine.create()
    by_id = mine.get(f"/api/tickets/{ticket['id']}").json()
    by_ref = mine.get(f"/api/tickets/{ticket['ref']}").json()
    assert by_id == by_ref
    assert by_id["messages"] == []
    assert [event["kind"] for event in by_id["history"]] == ["created"]


def test_a_detail_has_the_messages_apart_from_the_history(hub, client, admin):
    mine, theirs = hub.rest(client), hub.rest(admin)
    ticket = mine.create()
    theirs.say(ticket["id"], "Have you tried another cable?", action="take")
    mine.say(ticket["id"], "I have now, and it works.")
    detail = theirs.get(f"/api/tickets/{ticket['id']}").json()
    bodies = [message["body"] for message in detail["messages"]]
    assert bodies == ["Have you tried another cable?", "I have now, and it works."]
    assert [message["author"] for message in detail["messages"]] == [admin.wire, client.wire]
    assert [event["seq"] for event in detail["history"]] == [1, 2]
    assert detail["messageCount"] == 2 and detail["status"] == "in_progress"


def test_a_ticket_without_access_looks_like_no_ticket(hub, client):
    ticket = hub.rest(client).create()
    stranger = hub.rest(people.client(projects=["other"]))
    hidden = stranger.get(f"/api/tickets/{ticket['id']}", expect=None)
    absent = stranger.get("/api/tickets/ffffffffffffffffffffffff", expect=None)
    assert assert_problem(hidden, 404, "not_found") == assert_problem(absent, 404, "not_found")
    refusal = stranger.post(f"/api/tickets/{ticket['id']}", {"body": "hello"}, expect=None)
    assert_problem(refusal, 404, "not_found")
    assert stranger.get("/api/tickets").json()["tickets"] == []


def test_a_client_sees_the_tickets_of_their_project(hub, client):
    ticket = hub.rest(client).create(project="atelier")
    colleague = hub.rest(people.client(projects=["atelier", "other"]))
    assert [t["id"] for t in colleague.get("/api/tickets").json()["tickets"]] == [ticket["id"]]


def test_a_technician_sees_the_unassigned_and_their_own(hub, client, lina, sam, admin):
    mine = hub.rest(client)
    mine.create("free")
    taken = mine.create("taken")
    hub.rest(lina).patch(f"/api/tickets/{taken['id']}", {"action": "take"})

    def titles(someone):
        return {t["title"] for t in hub.rest(someone).get("/api/tickets").json()["tickets"]}

    assert titles(lina) == {"free", "taken"}
    assert titles(sam) == {"free"}
    assert titles(admin) == {"free", "taken"}
    hidden = hub.rest(sam).get(f"/api/tickets/{taken['id']}", expect=None)
    assert_problem(hidden, 404, "not_found")


def test_the_technicians_scope_can_be_all(store, start_hub, client, lina, sam):
    hub = start_hub(store, TECHNICIAN_SCOPE="all")
    ticket = hub.rest(client).create()
    hub.rest(lina).patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    assert hub.rest(sam).get(f"/api/tickets/{ticket['id']}").json()["assignedTo"] == lina.wire


def test_lists_filter_count_and_page(hub, client, admin):
    mine, theirs = hub.rest(client), hub.rest(admin)
    tickets = [mine.create(f"number {n}", priority=p) for n, p in enumerate(["low", "urgent"] * 3)]
    theirs.patch(f"/api/tickets/{tickets[0]['id']}", {"status": "resolved"})

    low = theirs.get("/api/tickets", params={"priority": "low"}).json()
    assert {t["title"] for t in low["tickets"]} == {"number 0", "number 2", "number 4"}
    either = {"priority": ["low", "high"], "status": "open"}
    assert len(theirs.get("/api/tickets", params=either).json()["tickets"]) == 2
    assert theirs.get("/api/tickets").json()["counts"]["status"]["resolved"] == 1

    seen, cursor = [], None
    while True:
        query = {"limit": 4, "sort": "-priority", **({"cursor": cursor} if cursor else {})}
        page = theirs.get("/api/tickets", params=query).json()
        seen += page["tickets"]
        cursor = page["next"]
        if cursor is None:
            break
    assert [t["priority"] for t in seen] == ["urgent"] * 3 + ["low"] * 3
    assert len({t["id"] for t in seen}) == 6


def test_search_reads_refs_titles_descriptions_and_the_clients_name(hub, client, admin):
    mine, theirs = hub.rest(client), hub.rest(admin)
    ticket = mine.create("The plotter is offended", description="It says: zanzibar.")
    mine.create("Something else")

    def found(query):
        return [t["id"] for t in theirs.get("/api/tickets", params={"q": query}).json()["tickets"]]

    assert found("plotter") == found("zanzibar") == found(ticket["ref"]) == [ticket["id"]]
    assert len(found("Claire")) == 2
    assert found("nothing has this word") == []


def test_a_change_needs_the_etag_that_is_current(hub, client, admin):
    ticket = hub.rest(client).create()
    theirs = hub.rest(admin)
    path = f"/api/tickets/{ticket['id']}"
    assert theirs.get(path).headers["ETag"] == '"1"'
    changed = theirs.patch(path, {"priority": "urgent"}, headers={"If-Match": '"1"'})
    assert changed.headers["ETag"] == '"2"'
    assert changed.json()["priority"] == "urgent" and changed.json()["sla"]["targetHours"] == 4
    late = theirs.patch(path, {"priority": "low"}, expect=None, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert late.json()["current"]["seq"] == 2
    assert theirs.get(path).json()["priority"] == "urgent"


def test_one_command_with_a_message_and_changes_is_one_event(hub, client, admin):
    ticket = hub.rest(client).create()
    answer = hub.rest(admin).say(ticket["id"], "Done.", action="resolve", set={"priority": "high"})
    event = answer["event"]
    assert event["seq"] == 2 and event["kind"] == "message"
    assert event["message"]["body"] == "Done."
    assert event["changes"]["status"] == {"from": "open", "to": "resolved"}
    assert event["changes"]["priority"] == {"from": "normal", "to": "high"}
    assert answer["ticket"]["status"] == "resolved" and answer["ticket"]["seq"] == 2


def test_a_clients_answer_wakes_a_waiting_ticket_and_reopens_a_resolved_one(hub, client, lina):
    mine, theirs = hub.rest(client), hub.rest(lina)
    path = f"/api/tickets/{mine.create()['id']}"
    theirs.patch(path, {"action": "take"})
    assert theirs.patch(path, {"action": "wait"}).json()["sla"]["state"] == "paused"
    assert mine.post(path, {"body": "Here I am."}).json()["ticket"]["status"] == "in_progress"
    assert theirs.patch(path, {"action": "resolve"}).json()["sla"]["state"] == "met"
    reopened = mine.post(path, {"body": "Not quite."}).json()["ticket"]
    assert (reopened["status"], reopened["reopenCount"]) == ("in_progress", 1)


def test_a_closed_ticket_takes_notes_but_no_public_message(hub, client, lina):
    mine, theirs = hub.rest(client), hub.rest(lina)
    path = f"/api/tickets/{mine.create()['id']}"
    theirs.patch(path, {"action": "take"})
    theirs.patch(path, {"action": "close"})
    assert_problem(mine.post(path, {"body": "Wait!"}, expect=None), 409, "ticket_closed")
    assert_problem(theirs.post(path, {"body": "Bye."}, expect=None), 409, "ticket_closed")
    reopening = mine.patch(path, {"action": "reopen"}, expect=None)
    assert_problem(reopening, 409, "ticket_closed")
    theirs.post(path, {"body": "For the archive.", "internal": True})
    assert theirs.patch(path, {"action": "reopen"}).json()["status"] == "in_progress"


@pytest.mark.parametrize("change", [{"priority": "urgent"}, {"tags": ["x"]}, {"assignedTo": "me"}])
def test_a_client_may_not_change_what_is_the_staffs(hub, client, change):
    mine = hub.rest(client)
    ticket = mine.create()
    refusal = mine.patch(f"/api/tickets/{ticket['id']}", change, expect=None)
    assert_problem(refusal, 403, "forbidden", field=next(iter(change)))


def test_a_client_may_retitle_resolve_and_reopen_their_own(hub, client):
    mine = hub.rest(client)
    path = f"/api/tickets/{mine.create()['id']}"
    assert mine.patch(path, {"title": "A better title"}).json()["title"] == "A better title"
    assert mine.patch(path, {"action": "resolve"}).json()["status"] == "resolved"
    assert mine.patch(path, {"action": "reopen"}).json()["status"] == "open"


def test_a_bulk_change_tells_the_fate_of_each(hub, client, admin):
    mine = hub.rest(client)
    ids = [mine.create()["id"] for _ in range(3)] + ["ffffffffffffffffffffffff"]
    answer = hub.rest(admin).patch("/api/tickets", {"ids": ids, "priority": "low"}).json()
    assert [result["ok"] for result in answer["results"]] == [True, True, True, False]
    assert answer["results"][3]["code"] == "not_found"


def test_the_projects_people_and_preview_are_answered(hub, client, lina):
    mine = hub.rest(client)
    mine.create()
    (project,) = mine.get("/api/projects").json()["projects"]
    assert (project["id"], project["open"]) == ("atelier", 1)
    theirs = hub.rest(lina)
    theirs.get("/api/me")
    users = theirs.get("/api/users", params={"role": "technician"}).json()["users"]
    assert lina.wire in users
    query = {"category": "incident", "priority": "urgent", "project": "atelier"}
    preview = mine.get("/api/sla/preview", params=query).json()
    assert preview["firstResponse"]["targetMinutes"] == 30


def test_every_event_is_paged_without_a_hole(hub, client):
    mine = hub.rest(client)
    ticket = mine.create()
    for number in range(12):
        mine.say(ticket["id"], f"line {number}")
    seen, after = [], 0
    while True:
        page = mine.events(ticket["id"], after=after, limit=5)
        seen += [event["seq"] for event in page["events"]]
        assert page["seq"] == 13 and not page["reset"]
        if not page["more"]:
            break
        after = seen[-1]
    assert seen == list(range(1, 14))
    assert mine.events(ticket["id"], after=99)["reset"]


def test_health_and_readiness_need_no_token(hub, client):
    for path in ("/healthz", "/readyz"):
        answer = hub.rest(client).get(path, headers={"Authorization": None})
        assert answer.status_code == 200
