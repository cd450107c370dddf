"""`/api/notifications`: each recipient is notified once, durably, and only of what they may see."""

from support import people
from support.observe import wait_until
from support.rest import assert_problem


def notifications(rest, **query):
    return rest.get("/api/notifications", params=query).json()["notifications"]


def wait_for(rest, count, **query):
    return wait_until(
        lambda: (found := notifications(rest, **query)) and len(found) >= count and found,
        f"{count} notifications",
        seconds=30,
    )


def kinds(rest):
    return [notice["kind"] for notice in notifications(rest)]


def known(hub, *everybody):
    """The hub learns people from their tokens."""
    return [hub.rest(someone) for someone in everybody]


def fence(client_rest, staff_rest):
    """Makes a staff message the client's newest notification: a fence for all earlier ones."""
    ticket = client_rest.create(title="fence")
    staff_rest.say(ticket["id"], "behind the fence")
    wait_until(
        lambda: any(n["ticket"] == ticket["id"] for n in notifications(client_rest)),
        "the fence",
        seconds=30,
    )


def test_a_reply_reaches_client_assignee_and_watcher_but_never_its_author(
    hub, client, lina, sam, admin
):
    clara, tech, watcher, boss = known(hub, client, lina, sam, admin)
    for rest in (tech, watcher, boss):
        rest.get("/api/me")
    ticket = clara.create()
    tech.patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    boss.patch(f"/api/tickets/{ticket['id']}", {"watchers": [sam.id]})
    seq = tech.say(ticket["id"], "We are on it.")["event"]["seq"]
    for rest in (clara, watcher):
        notice = wait_until(
            lambda: next((n for n in notifications(rest) if n["kind"] == "reply"), None),
            "the reply",
            seconds=30,
        )
        assert notice["ticket"] == ticket["id"] and notice["ref"] == ticket["ref"]
        assert notice["seq"] == seq and notice["read"] is False
        assert notice["params"]["by"] == lina.wire
        assert notice["params"]["excerpt"] == "We are on it."
        assert notice["params"]["title"] == ticket["title"]
        assert set(notice) == {"id", "kind", "ticket", "ref", "seq", "at", "read", "params"}
    assert "reply" not in kinds(tech)
    # And the other way round: the assignee hears the client.
    clara.say(ticket["id"], "Thank you.")
    wait_until(lambda: "reply" in kinds(tech), "the client's words", seconds=30)
    assert kinds(clara).count("reply") == 1
    # Staff who could take the new ticket were told of it.
    assert kinds(boss)[0] == "created"


def test_the_live_frame_reaches_every_screen_of_the_person_and_no_other(
    store, start_hub, client, lina, sam
):
    hub = start_hub(store, ["--workers", "2"])
    clara, tech = known(hub, client, lina)
    screens = [hub.live(client) for _ in range(4)]
    other = hub.live(sam)
    ticket = clara.create()
    tech.say(ticket["id"], "Done?")
    frames = [screen.wait("notification", kind="reply") for screen in screens]
    listed = notifications(clara)
    for frame in frames:
        assert frame.pop("type") == "notification"
        assert frame in listed
    other.settle()
    assert [f["kind"] for f in other.taken_so_far("notification")] in ([], ["created"])


def test_watchers_are_notified_once_a_burst_until_they_have_read(hub, client, lina, sam):
    clara, tech, watcher = known(hub, client, lina, sam)
    watcher.get("/api/me")
    ticket = clara.create()
    tech.patch(f"/api/tickets/{ticket['id']}", {"action": "take", "watchers": [sam.id]})
    wait_until(lambda: "change" in kinds(watcher), "the new status", seconds=30)
    newest = notifications(watcher)[-1]["id"]
    watcher.post("/api/notifications/read", {"upTo": newest}, expect=204)
    for number in range(6):
        clara.say(ticket["id"], f"line {number}")
    tech.say(ticket["id"], "a note", internal=True)
    # The assignee gets each notification: a fence for the watcher's.
    wait_until(lambda: kinds(tech).count("reply") == 6, "six replies", seconds=30)
    fence(clara, tech)
    burst = [n["kind"] for n in notifications(watcher, unread="true")]
    assert [kind for kind in burst if kind != "created"] == ["reply"]

    newest = notifications(watcher)[-1]["id"]
    watcher.post("/api/notifications/read", {"upTo": newest}, expect=204)
    assert all(n["read"] for n in notifications(watcher))
    clara.say(ticket["id"], "something new")
    wait_until(lambda: kinds(watcher).count("reply") == 2, "the next burst", seconds=30)


def test_internal_notes_reach_staff_alone(hub, client, lina, sam):
    clara, tech, other = known(hub, client, lina, sam)
    other.get("/api/me")
    canary = "canary-4711"
    ticket = clara.create()
    tech.patch(
        f"/api/tickets/{ticket['id']}", {"action": "take", "watchers": [sam.id, client.id]}
    )
    screen = hub.live(client)
    tech.say(ticket["id"], canary, internal=True, mentions=[sam.id, client.id])
    wait_until(lambda: "mention" in kinds(other), "the mention", seconds=30)
    assert notifications(other)[-1]["params"]["excerpt"] == canary
    fence(clara, tech)
    screen.wait("notification", kind="reply")
    assert not any(canary in text for text in screen.raw)
    assert not any(canary.encode() in body for body in clara.bodies)
    assert set(kinds(clara)) <= {"reply", "change"}


def test_a_person_who_lost_the_ticket_no_longer_sees_its_notifications(hub, client, lina, sam, admin):
    clara, tech, other, boss = known(hub, client, lina, sam, admin)
    other.get("/api/me")
    ticket = clara.create()
    tech.patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    clara.say(ticket["id"], "for the assignee's eyes")
    wait_until(lambda: "reply" in kinds(tech), "the reply", seconds=30)
    boss.patch(f"/api/tickets/{ticket['id']}", {"assignedTo": sam.id})
    wait_until(lambda: "assigned" in kinds(other), "the assignment", seconds=30)
    assert not any(n["ticket"] == ticket["id"] for n in notifications(tech))
    boss.patch(f"/api/tickets/{ticket['id']}", {"assignedTo": lina.id})
    assert any(n["ticket"] == ticket["id"] for n in notifications(tech))


def test_pages_and_marks(hub, client, lina):
    clara, tech = known(hub, client, lina)
    ticket = clara.create()
    for number in range(5):
        tech.say(ticket["id"], f"line {number}")
    every = wait_for(clara, 5)
    assert [n["seq"] for n in every] == [2, 3, 4, 5, 6]
    page = clara.get("/api/notifications", params={"limit": 2}).json()
    assert [n["seq"] for n in page["notifications"]] == [5, 6]
    page = clara.get("/api/notifications", params={"limit": 2, "before": page["next"]}).json()
    assert [n["seq"] for n in page["notifications"]] == [3, 4]
    page = clara.get("/api/notifications", params={"after": every[1]["id"], "limit": 2}).json()
    assert [n["seq"] for n in page["notifications"]] == [4, 5]
    page = clara.get("/api/notifications", params={"after": page["next"]}).json()
    assert [n["seq"] for n in page["notifications"]] == [6] and page["next"] is None

    read = [every[0]["id"], every[3]["id"]]
    tech.post("/api/notifications/read", {"ids": read}, expect=204)
    assert not any(n["read"] for n in notifications(clara)), "these are not the technician's"
    clara.post("/api/notifications/read", {"ids": read}, expect=204)
    assert [n["read"] for n in notifications(clara)] == [True, False, False, True, False]
    assert [n["seq"] for n in notifications(clara, unread="true")] == [3, 4, 6]
    clara.post("/api/notifications/read", {"upTo": every[2]["id"]}, expect=204)
    assert [n["seq"] for n in notifications(clara, unread="true")] == [6]


def test_reading_a_ticket_marks_its_notifications_as_read(hub, client, lina, sam):
    clara, tech = known(hub, client, lina)
    first, second = clara.create(), clara.create()
    for number in range(3):
        for snapshot in (first, second):
            tech.say(snapshot["id"], f"line {number}")
    wait_for(clara, 6)

    def unread(ticket):
        found = notifications(clara, unread="true")
        return [n["seq"] for n in found if n["ticket"] == ticket["id"]]

    # Up to where the durable mark goes, over either transport.
    clara.post(f"/api/tickets/{first['ref']}/read", {"seq": 2}, expect=204)
    wait_until(lambda: unread(first) == [3, 4], "the mark by REST", seconds=30)
    live = hub.live(client)
    live.join(first["id"])
    live.send("read", ticket=first["id"], seq=3)
    wait_until(lambda: unread(first) == [4], "the mark by WebSocket", seconds=30)
    assert unread(second) == [2, 3, 4]
    # And all of a ticket at once, by id or ref; of what is out of sight, nothing.
    clara.post("/api/notifications/read", {"ticket": second["ref"]}, expect=204)
    assert (unread(first), unread(second)) == ([4], [])
    tech.post("/api/notifications/read", {"ticket": first["id"]}, expect=204)
    assert unread(first) == [4], "these are not the technician's"
    clara.post("/api/notifications/read", {"ticket": first["id"]}, expect=204)
    assert unread(first) == []
    stranger = hub.rest(people.client("Nora", projects=[]))
    for name in (first["id"], first["ref"], "T-999999", "0" * 24, "nonsense"):
        answer = stranger.post("/api/notifications/read", {"ticket": name}, expect=None)
        assert_problem(answer, 404, "not_found")


def test_wrong_queries_name_their_field(hub_alone, client):
    rest = hub_alone.rest(client)
    for query, field in [
        ({"after": "soon"}, "after"),
        ({"after": "1", "before": "2"}, "before"),
        ({"unread": "maybe"}, "unread"),
        ({"colour": "red"}, "colour"),
    ]:
        answer = rest.get("/api/notifications", expect=None, params=query)
        assert_problem(answer, 400, "bad_request", field)
    for body, field in [
        ({}, "ids"),
        ({"ids": ["1"], "upTo": "1"}, "ids"),
        ({"ticket": "T-1001", "upTo": "1"}, "ids"),
        ({"ids": ["one"]}, "ids"),
        ({"upTo": "-1"}, "upTo"),
        ({"all": True}, "all"),
    ]:
        answer = rest.post("/api/notifications/read", body, expect=None)
        assert_problem(answer, 400, "bad_request", field)
    assert_problem(rest.call("PUT", "/api/notifications"), 405, "bad_request")


def test_a_kill_loses_and_doubles_no_notification(store, start_hub, client, lina):
    hub = start_hub(store, COMMANDS_PER_SECOND=0)
    hub.rest(lina).get("/api/me")
    ticket = hub.rest(client).create()
    expected = []
    for round in range(3):
        tech = hub.live(lina)
        for number in range(8):
            ack = tech.message(ticket["id"], f"{round}/{number}", key=f"{round}-{number}")
            expected.append(ack["seq"])
        hub.kill()
        hub.close_clients()
        hub.start()
    clara = hub.rest(client)
    wait_for(clara, len(expected))
    tech = hub.rest(lina)
    fence(clara, tech)
    told = [n["seq"] for n in notifications(clara, limit=200) if n["ticket"] == ticket["id"]]
    assert sorted(told) == expected
