"""One idempotency key is stored once, without an expiry, also across a restart (docs/protocol.md
4.2)."""

import concurrent.futures

from support.rest import assert_problem

TICKET = {
    "title": "Once only",
    "description": "Sent twice by a nervous network.",
    "category": "request",
    "priority": "normal",
    "project": "atelier",
}


def test_a_ticket_that_is_sent_twice_is_stored_once(hub, client):
    mine = hub.rest(client)
    twice = [
        mine.post("/api/tickets", TICKET, expect=None, headers={"Idempotency-Key": "k1"})
        for _ in range(2)
    ]
    assert {answer.status_code for answer in twice} <= {200, 201}
    assert twice[0].json()["id"] == twice[1].json()["id"]
    assert len(mine.get("/api/tickets").json()["tickets"]) == 1


def test_the_same_key_with_another_content_is_refused(hub, client):
    mine = hub.rest(client)
    headers = {"Idempotency-Key": "k1"}
    mine.post("/api/tickets", TICKET, headers=headers)
    changed = mine.post("/api/tickets", TICKET | {"title": "Else"}, expect=None, headers=headers)
    assert_problem(changed, 409, "key_mismatch")


def test_a_key_belongs_to_its_author(hub, client, admin):
    ticket = hub.rest(client).create()
    for someone in (client, admin):
        answer = hub.rest(someone).say(ticket["id"], f"I am {someone.name}.", key="same")
        assert answer["message"]["author"] == someone.wire
    assert hub.rest(admin).get(f"/api/tickets/{ticket['id']}").json()["messageCount"] == 2


def test_a_refused_command_leaves_its_key_free(hub, client):
    mine = hub.rest(client)
    path = f"/api/tickets/{mine.create()['id']}"
    too_long = {"body": "x" * 20_000, "key": "k2"}
    assert_problem(mine.post(path, too_long, expect=None), 400, "too_large", field="body")
    mine.post(path, {"body": "short", "key": "k2"})


def test_many_at_once_with_one_key_make_one_message(hub, client):
    mine = hub.rest(client)
    ticket = mine.create()

    def send(_):
        return hub.rest(client).post(
            f"/api/tickets/{ticket['id']}", {"body": "once", "key": "k3"}, expect=None
        )

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert len({answer.json()["event"]["seq"] for answer in answers}) == 1
    assert mine.get(f"/api/tickets/{ticket['id']}").json()["messageCount"] == 1


def test_a_key_is_remembered_across_kill_and_restart(hub, client):
    live = hub.live(client)
    ticket = live.create(key="made")
    first = live.message(ticket["id"], "before", key="k4")
    hub.close_clients()
    hub.kill()
    hub.start()
    live = hub.live(client)
    again = live.ask("create", set=live_fields(ticket), key="made")
    assert again["replayed"] is True and again["ticket"]["id"] == ticket["id"]
    second = live.message(ticket["id"], "before", key="k4")
    assert second["replayed"] is True
    assert (second["seq"], second["messageId"]) == (first["seq"], first["messageId"])


def live_fields(ticket):
    """The `set` with which `Live.create` made this ticket."""
    names = ("title", "description", "category", "priority", "project")
    return {name: ticket[name] for name in names}
