"""Visibility over every interface: replays, a client's own numbers, watchers, staff as
requesters.

One hub for each test; each test compares REST, WebSocket and the streams.
"""

import socket

import pytest
import requests

from support import people
from support.live import Refused
from support.observe import wait_until

CANARY = "canary-who-9c3e"


def status_of(rest, ticket):
    return rest.get(f"/api/tickets/{ticket}", expect=None).status_code


def put(rest, ticket, expect=200, key=None, **fields):
    headers = {"Idempotency-Key": key} if key else {}
    return rest.patch(f"/api/tickets/{ticket}", fields, expect=expect, headers=headers).json()


def know(hub, *everyone):
    """The hub learns people from their tokens."""
    rests = [hub.rest(someone) for someone in everyone]
    for rest in rests:
        rest.get("/api/me")
    return rests


def test_a_key_of_ones_own_tells_nothing_of_later(hub, client, lina, sam, admin):
    mine, leaving, taking, boss = know(hub, client, lina, sam, admin)
    ticket = mine.create()["id"]
    live = hub.live(lina)
    put(leaving, ticket, key="take", action="take")
    move = {"assignedTo": sam.id}
    given = leaving.patch(f"/api/tickets/{ticket}", move, headers={"Idempotency-Key": "move"})
    assert given.json()["assignedTo"]["id"] == sam.id
    taking.say(ticket, CANARY, internal=True)
    put(taking, ticket, title=CANARY)
    assert status_of(leaving, ticket) == 404
    before = len(leaving.bodies)
    for key, fields in (("move", move), ("take", {"action": "take"})):
        again = put(leaving, ticket, key=key, **fields)
        assert again.keys() == {"ticket", "seq", "at", "replayed"} and again["replayed"] is True
        ack = live.ask("update", ticket=ticket, key=key, **as_frame(fields))
        assert (ack["type"], ack["seq"]) == ("ack", again["seq"])
    leaving.patch(
        f"/api/tickets/{ticket}", {"title": "x"}, expect=404, headers={"Idempotency-Key": "move"}
    )
    assert CANARY not in "".join(map(repr, leaving.bodies[before:])) + "".join(live.raw)
    # A watch that its owner ends, and a creation for somebody else, are no other.
    watcher = people.client("Watcher", projects=["elsewhere"])
    (watching,) = know(hub, watcher)
    put(boss, ticket, watchers=[watcher.id])
    put(watching, ticket, key="out", watchers=[])
    assert put(watching, ticket, key="out", watchers=[]).keys() == again.keys()
    assert status_of(watching, ticket) == 404
    made = leaving.create(key="made", clientId=client.id)
    put(taking, made["id"], action="take", title=CANARY)
    again = leaving.create(key="made", clientId=client.id)
    assert (again["ticket"], again["seq"]) == (made["id"], 1) and CANARY not in repr(again)


def as_frame(fields):
    return fields if "action" in fields else {"set": fields}


@pytest.fixture
def quiet(hub, client, lina):
    """Two public messages, then three internal events: 1, 2, 3 and 4, 5, 6."""
    mine, tech = know(hub, client, lina)
    ticket = mine.create()["id"]
    mine.say(ticket, "2")
    tech.say(ticket, "3")
    tech.say(ticket, "4", internal=True)
    put(tech, ticket, tags=["x"])
    tech.say(ticket, "6", internal=True)
    return ticket


def test_a_clients_numbers_are_those_of_their_view(hub, quiet, client, lina):
    mine, tech = hub.rest(client), hub.rest(lina)
    path = f"/api/tickets/{quiet}"
    for seq in (4, 5, 6):
        answer = mine.events(quiet, after=seq)
        assert (answer["events"], answer["seq"], answer["reset"]) == ([], 3, True)
        joined = hub.live(client).join(quiet, after=seq)
        assert joined["reset"] is True and joined["seq"] == 3
        stream = mine.get(f"{path}/stream", stream=True, headers={"Last-Event-ID": str(seq)})
        assert b"joined" in next(stream.iter_lines(chunk_size=1)) + next(
            stream.iter_lines(chunk_size=1)
        )
        stream.close()
        refused = mine.patch(path, {"title": "x"}, expect=412, headers={"If-Match": f'"{seq}"'})
        assert refused.json()["current"]["seq"] == 3
    assert mine.events(quiet, after=3)["reset"] is False
    # Their own watching stands in no client's log: its number is known from the acknowledgement.
    live = hub.live(client)
    seq = live.ask("update", ticket=quiet, set={"watchers": ["me"]})["seq"]
    assert seq == 7 and live.join(quiet, after=seq)["reset"] is False
    assert mine.events(quiet, after=seq)["reset"] is False
    live.ask("update", ticket=quiet, set={"title": "Renamed"}, ifSeq=seq)
    assert mine.patch(path, {"title": "Again"}, headers={"If-Match": '"8"'}).json()["seq"] == 9
    assert tech.events(quiet)["seq"] == 9


def test_marks_are_cut_to_what_clients_see(hub, quiet, client, lina, sam):
    live, other = hub.live(client), hub.live(sam)
    live.join(quiet)
    other.join(quiet)
    tech, mine = hub.rest(lina), hub.rest(client)
    for seq in (2, 4, 5, 6):
        tech.post(f"/api/tickets/{quiet}/read", {"seq": seq}, expect=204)
        other.wait("read", seq=seq)
    mine.post(f"/api/tickets/{quiet}/read", {"seq": 99_999}, expect=204)
    assert other.wait("read", by=client.wire)["seq"] == 3
    told = [live.wait("read")["seq"] for _ in range(3)]
    assert told == [2, 3, 3], "when a note is read is no news"
    live.settle()
    assert live.taken_so_far("read") == []
    for after in ({}, {"after": 3}, {"after": 1}):
        reads = hub.live(client).join(quiet, **after)["reads"]
        assert {read["seq"] for read in reads} == {3}, after
    assert {read["seq"] for read in hub.live(sam).join(quiet)["reads"]} == {3, 6}
    tech.say(quiet, "7")
    hub.rest(sam).post(f"/api/tickets/{quiet}/read", {"seq": 5}, expect=204)
    assert live.wait("read", by=sam.wire)["seq"] == 3
    reads = {read["by"]["id"]: read["seq"] for read in hub.live(client).join(quiet)["reads"]}
    assert reads == {lina.id: 3, sam.id: 3, client.id: 3}


def test_a_watch_of_ones_own_keeps_nothing(hub, client, lina, sam, admin):
    mine, tech, colleague, boss = know(hub, client, lina, sam, admin)
    ticket = mine.create()["id"]
    live, queue = hub.live(sam), hub.live(sam)
    put(colleague, ticket, watchers=["me"])
    live.join(ticket)
    queue.ask("queue.join")
    put(tech, ticket, action="take")
    live.wait("removed", ticket=ticket)
    queue.wait("queue.event", op="remove", id=ticket)

    def listed(**query):
        page = colleague.get("/api/tickets", params=query).json()
        return len(page["tickets"]), sum(page["counts"]["status"].values())

    assert status_of(colleague, ticket) == 404
    assert listed() == listed(watching="me") == (0, 0)
    assert [w["id"] for w in boss.get(f"/api/tickets/{ticket}").json()["watchers"]] == [sam.id]
    put(boss, ticket, watchers=[sam.id])
    assert status_of(colleague, ticket) == 200
    assert listed() == listed(watching="me") == (1, 1)
    queue.wait("queue.event", op="upsert")
    put(colleague, ticket, watchers=[])
    assert status_of(colleague, ticket) == 404 and listed() == (0, 0)
    # The same for a client: the project goes, and so does what they put themselves on.
    member = people.client("Member", projects=["atelier"])
    gone = people.Person(member.id, member.role, member.name, ("other",))
    put(hub.rest(member), ticket, watchers=["me"])
    assert status_of(hub.rest(member), ticket) == 200
    assert status_of(hub.rest(gone), ticket) == 404
    assert hub.rest(gone).get("/api/tickets").json()["tickets"] == []


def test_staff_follow_their_own_requests_as_clients(hub, lina, sam, admin):
    asking, tech, boss = know(hub, sam, lina, admin)
    snapshot = asking.create(title="My chair")
    ticket = snapshot["id"]
    live, queue = hub.live(sam), hub.live(sam)
    live.join(ticket)
    queue.ask("queue.join")
    put(tech, ticket, action="take")
    tech.say(ticket, CANARY, internal=True)
    put(tech, ticket, tags=[CANARY], watchers=[admin.id])
    answer = tech.say(ticket, "Which one?", action="wait")["ticket"]
    assert answer["waitingSince"] is None and answer["sla"]["firstResponse"]["metAt"]
    assert [event["seq"] for event in live.events_until(5, ticket)] == [2, 5]
    detail = asking.get(f"/api/tickets/{ticket}").json()
    assert [m["body"] for m in detail["messages"]] == ["Which one?"]
    assert (detail["seq"], detail["tags"], detail["watchers"]) == (5, [], [])
    assert [e["seq"] for e in asking.events(ticket)["events"]] == [1, 2, 5]
    for query in ({"client": sam.id}, {"q": "chair"}, {}):
        page = asking.get("/api/tickets", params=query).json()
        assert [t["id"] for t in page["tickets"]] == [ticket], query
        assert sum(page["counts"]["status"].values()) == 1, query
    for query in ({"q": CANARY}, {"tag": CANARY}):
        page = asking.get("/api/tickets", params=query).json()
        assert page["tickets"] == [] and sum(page["counts"]["status"].values()) == 0, query
        assert len(boss.get("/api/tickets", params=query).json()["tickets"]) == 1
    # Their words: the client's, on every clock.
    back = asking.say(ticket, "The blue one", baseSeq=1)["ticket"]
    assert (back["status"], back["seq"]) == ("in_progress", 6)
    assert back["waitingSince"] == back["updatedAt"]
    put(asking, ticket, title="My blue chair")
    put(asking, ticket, watchers=["me"])
    for fields in ({"priority": "high"}, {"tags": []}, {"assignedTo": "me"}):
        put(asking, ticket, expect=403, **fields)
    asking.post(f"/api/tickets/{ticket}", {"body": "x", "internal": True}, expect=403)
    with pytest.raises(Refused, match="already_taken"):
        live.ask("update", ticket=ticket, action="take")
    live.send("typing", ticket=ticket, on=True, internal=True)
    assert live.wait("error")["code"] == "forbidden"
    for path in ("history?format=csv", "history?format=jsonl", "stream"):
        text = asking.get(f"/api/tickets/{ticket}/{path}", stream=path == "stream")
        first = next(text.iter_lines(chunk_size=1)) if path == "stream" else text.text
        assert CANARY not in str(first)
        text.close()
    for form in ("csv", "jsonl"):
        asking.get("/api/export", params={"format": form})

    def kinds():
        notices = asking.get("/api/notifications").json()["notifications"]
        return [notice["kind"] for notice in notices]

    tech.say(ticket, "On its way", action="resolve")
    wait_until(lambda: "resolved" in kinds(), "the resolution", seconds=30)
    assert "reply" in kinds() and "note" not in kinds()
    said = repr(asking.bodies) + "".join(live.raw) + "".join(queue.raw)
    assert CANARY not in said
    # The role's own right opens the rest.
    put(boss, ticket, assignedTo=sam.id)
    assert CANARY in asking.get(f"/api/tickets/{ticket}").text


def test_internal_work_moves_no_list_of_the_client(hub, lina, sam, admin):
    asking, tech, boss = know(hub, sam, lina, admin)
    requests = [asking.create(title=title)["id"] for title in ("One chair", "Two chairs")]
    for ticket in requests:
        put(tech, ticket, action="take")
    queue = hub.live(sam)
    queue.ask("queue.join")

    def page(**query):
        return asking.get("/api/tickets", params={"limit": 1, **query}).json()

    def seen():
        pages = []
        for sort in ("updatedAt", "-updatedAt"):
            first = page(sort=sort)
            second = page(sort=sort, cursor=first["next"])
            assert second["next"] is None
            pages += [first, second]
        assert [p["tickets"][0]["id"] for p in pages] == requests + requests[::-1]
        return pages, asking.get("/api/projects").json()

    before = seen()
    tech.say(requests[0], CANARY, internal=True)
    put(tech, requests[0], tags=[CANARY])
    put(tech, requests[0], watchers=[admin.id])
    assert seen() == before
    queue.settle()
    assert queue.taken_so_far("queue.event") == []
    for filter in ({"q": CANARY}, {"tag": CANARY}):
        assert queue.ask("queue.join", filter=filter)["tickets"] == []
    # What they see as staff has its place by what they see of it.
    free = asking.create(title="Three chairs")["id"]
    tech.say(requests[1], "Soon")
    boss.say(free, "A note", internal=True)
    assert page(sort="-updatedAt")["tickets"][0]["id"] == free
    assert [t["id"] for t in page(sort="-updatedAt", limit=3)["tickets"]] == [free, *requests[::-1]]


def test_what_clients_cannot_find_out(hub, client, lina, admin):
    mine, _, boss = know(hub, client, lina, admin)
    stranger = people.client("Stranger", projects=[])
    hub.rest(stranger).get("/api/me")
    ticket = mine.create()["id"]
    refusals = []
    for id in (stranger.id, "nobody-at-all"):
        said = {"body": "x", "mentions": [id]}
        answer = mine.post(f"/api/tickets/{ticket}", said, expect=400).text
        refusals.append(answer.replace(id, "ID"))
    assert refusals[0] == refusals[1]
    mine.say(ticket, "x", mentions=[lina.id, client.id])
    boss.say(ticket, "x", mentions=[stranger.id])
    # A claim without a project is a claim.
    fields = {"title": "t", "description": "d", "category": "incident", "priority": "low"}
    theirs = hub.rest(stranger)
    theirs.post("/api/tickets", {**fields, "project": "atelier"}, expect=403)
    free = hub.rest(people.client("Free"), projects=None)
    free.post("/api/tickets", {**fields, "project": "anything"})


def test_a_cookie_alone_opens_no_socket_and_writes_nothing(hub_alone, client):
    token = people.token(client)
    cookie = {"Cookie": f"token=old; a=b; token={token}"}
    url = f"{hub_alone.url}/api/tickets"

    def ask(method, path="", **headers):
        return requests.request(
            method, url + path, headers=cookie | headers, json={}, timeout=10
        ).status_code

    assert ask("GET") == 200, "each cookie of the name is tried"
    ticket = hub_alone.rest(client).create()["id"]
    for method, path in (
        ("POST", ""),
        ("PATCH", ""),
        ("PATCH", f"/{ticket}"),
        ("POST", f"/{ticket}"),
        ("POST", f"/{ticket}/read"),
        ("POST", "/../notifications/read"),
        ("POST", "/../upload"),
        ("DELETE", "/../nothing"),
    ):
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Referer": hub_alone.url}):
            assert ask(method, path, **headers) == 403, (method, path, headers)
        assert ask(method, path, Origin=hub_alone.url) != 403
        assert ask(method, path, **{"Sec-Fetch-Site": "same-origin"}) != 403
        assert ask(method, path, Authorization=f"Bearer {token}") != 403
    for lines, status in (([], b"403"), ([f"Origin: {hub_alone.url}"], b"101")):
        head = [
            "GET /ws HTTP/1.1",
            f"Host: 127.0.0.1:{hub_alone.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            f"Cookie: token={token}",
            *lines,
        ]
        with socket.create_connection(("127.0.0.1", hub_alone.port), timeout=10) as peer:
            peer.sendall("\r\n".join([*head, "", ""]).encode())
            assert peer.recv(64).split()[1] == status
