"""Quick replies and saved views (docs/protocol.md 6.21 and 6.22)."""

import pytest

from support.rest import assert_problem

REPLY = {
    "title": "Greeting",
    "shortcut": "hello",
    "bodies": {
        "fr": "Bonjour {{client.prenom}}, au sujet de {{ticket.ref}} :",
        "en": "Hello {{client.name}}, about {{ticket.ref}}:",
    },
}
VIEW = {
    "name": "High and mine",
    "filter": {"priority": ["high", "urgent"], "assignedTo": "me"},
    "sort": "-updatedAt",
    "shared": False,
}


def put(rest, path, json, expect=200, **options):
    return rest.call("PUT", path, expect, json=json, **options)


def delete(rest, path, expect=204, **options):
    return rest.call("DELETE", path, expect, **options)


def test_quick_replies_are_made_read_changed_and_removed(hub, lina, sam):
    mine, theirs = hub.rest(lina), hub.rest(sam)
    assert mine.get("/api/canned").json() == {"canned": []}
    made = mine.post("/api/canned", REPLY)
    entry = made.json()
    path = f"/api/canned/{entry['id']}"
    assert made.headers["Location"] == path and made.headers["ETag"] == '"1"'
    assert {key: entry[key] for key in REPLY} == REPLY
    assert entry["owner"] == lina.wire
    assert theirs.get("/api/canned").json() == {"canned": [entry]}
    assert theirs.get(path).json() == entry

    changed = put(mine, path, REPLY | {"title": "Salute", "bodies": {"en": "Hi."}}).json()
    assert (changed["title"], changed["bodies"]) == ("Salute", {"en": "Hi."})
    assert theirs.get("/api/canned").json()["canned"] == [changed]
    delete(mine, path)
    assert theirs.get("/api/canned").json() == {"canned": []}
    assert_problem(put(mine, path, REPLY, expect=None), 404, "not_found")
    assert_problem(delete(mine, path, expect=None), 404, "not_found")


def test_views_are_private_until_they_are_shared(hub, lina, sam, admin):
    mine, theirs, all_seeing = hub.rest(lina), hub.rest(sam), hub.rest(admin)
    entry = mine.post("/api/views", VIEW).json()
    assert {key: entry[key] for key in VIEW} == VIEW
    path = f"/api/views/{entry['id']}"
    for other in (theirs, all_seeing):
        assert other.get("/api/views").json() == {"views": []}
        assert_problem(put(other, path, VIEW, expect=None), 404, "not_found")
        assert_problem(delete(other, path, expect=None), 404, "not_found")
    shared = put(mine, path, VIEW | {"shared": True}).json()
    assert theirs.get("/api/views").json() == {"views": [shared]}
    assert_problem(put(theirs, path, VIEW, expect=None), 403, "forbidden")
    assert_problem(delete(theirs, path, expect=None), 403, "forbidden")
    renamed = put(all_seeing, path, VIEW | {"name": "Ours", "shared": True}).json()
    assert renamed["owner"] == lina.wire and renamed["name"] == "Ours"
    delete(all_seeing, path)
    assert mine.get("/api/views").json() == {"views": []}


def test_a_view_needs_a_name_only(hub_alone, lina):
    view = hub_alone.rest(lina).post("/api/views", {"name": "All"}).json()
    assert (view["filter"], view["sort"], view["shared"]) == ({}, "urgency", False)


@pytest.mark.parametrize("path", ["/api/canned", "/api/views"])
def test_clients_have_no_part_in_them(hub_alone, client, lina, path):
    body = REPLY if path == "/api/canned" else VIEW | {"shared": True}
    entry = hub_alone.rest(lina).post(path, body).json()
    mine = hub_alone.rest(client)
    for method, at, json in [
        ("GET", path, None),
        ("POST", path, body),
        ("GET", f"{path}/{entry['id']}", None),
        ("PUT", f"{path}/{entry['id']}", body),
        ("DELETE", f"{path}/{entry['id']}", None),
    ]:
        assert_problem(mine.call(method, at, json=json), 403, "forbidden")
    nobody = mine.get(path, expect=None, headers={"Authorization": None})
    assert_problem(nobody, 401, "unauthorized")


@pytest.mark.parametrize(
    "path, change, field",
    [
        ("/api/canned", {"title": "  "}, "title"),
        ("/api/canned", {"title": 7}, "title"),
        ("/api/canned", {"title": "x" * 201}, "title"),
        ("/api/canned", {"shortcut": "Not plain"}, "shortcut"),
        ("/api/canned", {"bodies": {}}, "bodies"),
        ("/api/canned", {"bodies": "Bonjour"}, "bodies"),
        ("/api/canned", {"bodies": {"fr": 1}}, "bodies"),
        ("/api/canned", {"bodies": {"Français": "Bonjour"}}, "bodies"),
        ("/api/canned", {"bodies": {"fr": "x" * 16_385}}, "bodies"),
        ("/api/canned", {"bodies": {"fr": "{{ticket.secret}}"}}, "bodies"),
        ("/api/canned", {"bodies": {"fr": "{{ticket.ref"}}, "bodies"),
        ("/api/canned", {"colour": "red"}, "colour"),
        ("/api/views", {"name": ""}, "name"),
        ("/api/views", {"filter": {"status": "asleep"}}, "status"),
        ("/api/views", {"filter": {"$where": "1"}}, "$where"),
        ("/api/views", {"filter": []}, "filter"),
        ("/api/views", {"sort": "beauty"}, "sort"),
        ("/api/views", {"shared": "yes"}, "shared"),
        ("/api/views", {"id": "1"}, "id"),
    ],
)
def test_what_is_wrong_is_named(hub_alone, lina, path, change, field):
    body = (REPLY if path == "/api/canned" else VIEW) | change
    answer = hub_alone.rest(lina).post(path, body, expect=None)
    assert_problem(answer, 400, ("bad_request", "too_large")["over its" in answer.text], field)
    assert hub_alone.rest(lina).get(path).json() == {path[5:]: []}


def test_a_key_makes_one_entry_and_a_shortcut_is_taken_once(hub, lina, sam):
    mine, theirs = hub.rest(lina), hub.rest(sam)
    key = {"Idempotency-Key": "canned-1"}
    first = mine.post("/api/canned", REPLY, headers=key).json()
    again = mine.post("/api/canned", REPLY, headers=key).json()
    assert again == first | {"replayed": True}
    other = mine.post("/api/canned", REPLY | {"title": "Other"}, headers=key, expect=None)
    assert_problem(other, 409, "key_mismatch", field="key")
    taken = theirs.post("/api/canned", REPLY, headers=key, expect=None)
    assert_problem(taken, 409, "conflict", field="shortcut")
    assert len(mine.get("/api/canned").json()["canned"]) == 1


def test_an_old_etag_changes_nothing(hub, lina):
    mine = hub.rest(lina)
    path = f"/api/canned/{mine.post('/api/canned', REPLY).json()['id']}"
    second = put(mine, path, REPLY | {"title": "Two"}, headers={"If-Match": '"1"'})
    assert second.headers["ETag"] == '"2"'
    late = put(mine, path, REPLY | {"title": "Late"}, expect=None, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert delete(mine, path, expect=None, headers={"If-Match": '"1"'}).status_code == 412
    assert mine.get(path).json()["title"] == "Two"
    delete(mine, path, headers={"If-Match": '"2"'})


def test_they_outlive_a_kill(hub, lina):
    mine = hub.rest(lina)
    reply, view = mine.post("/api/canned", REPLY).json(), mine.post("/api/views", VIEW).json()
    gone = mine.post("/api/views", VIEW).json()
    delete(mine, f"/api/views/{gone['id']}")
    hub.kill()
    hub.start()
    again = hub.rest(lina)
    assert again.get("/api/canned").json() == {"canned": [reply]}
    assert again.get("/api/views").json() == {"views": [view]}


def test_other_methods_are_answered_with_the_allowed_ones(hub_alone, lina):
    mine = hub_alone.rest(lina)
    assert mine.call("PATCH", "/api/canned", 405).headers["Allow"] == "GET, HEAD, POST"
    one = mine.call("POST", "/api/views/ffffffffffffffffffffffff", 405)
    assert one.headers["Allow"] == "GET, HEAD, PUT, DELETE"
    assert_problem(mine.get("/api/canned/nonsense", expect=None), 404, "not_found")
