"""Refusals name the field or the limit (docs/protocol.md 13 and 14)."""

import json
import socket

import pytest

from support.rest import assert_problem

TICKET = {
    "title": "Short",
    "description": "Short too.",
    "category": "incident",
    "priority": "normal",
    "project": "atelier",
}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"category": "riddle"}, "category"),
        ({"priority": "asap"}, "priority"),
        ({"title": ""}, "title"),
        ({"title": 7}, "title"),
        ({"tags": "one"}, "tags"),
    ],
)
def test_a_wrong_field_is_named(hub_alone, client, change, field):
    answer = hub_alone.rest(client).post("/api/tickets", TICKET | change, expect=None)
    assert_problem(answer, 400, "bad_request", field=field)


@pytest.mark.parametrize("field", ["title", "category", "priority", "project"])
def test_a_missing_field_is_named(hub_alone, client, field):
    fields = {k: v for k, v in TICKET.items() if k != field}
    answer = hub_alone.rest(client).post("/api/tickets", fields, expect=None)
    assert_problem(answer, 400, "bad_request", field=field)


def test_a_title_is_counted_in_characters_and_a_body_in_bytes(hub_alone, client):
    mine = hub_alone.rest(client)
    ticket = mine.create(title="é" * 200)
    longer = mine.post("/api/tickets", TICKET | {"title": "é" * 201}, expect=None)
    assert_problem(longer, 400, "too_large", field="title")
    path = f"/api/tickets/{ticket['id']}"
    mine.post(path, {"body": "é" * 8192})
    too_long = mine.post(path, {"body": "é" * 8192 + "!"}, expect=None)
    assert_problem(too_long, 400, "too_large", field="body")


def test_a_request_over_a_mebibyte_is_refused(hub_alone, client):
    answer = hub_alone.rest(client).post(
        "/api/tickets", TICKET | {"description": "x" * (1 << 20)}, expect=None
    )
    assert_problem(answer, 413, "too_large")


@pytest.mark.parametrize("text", ["", "{", "[]", '"text"', '{"title":"a"}}', "[" * 5000, "\xff"])
def test_what_is_no_json_object_is_a_bad_request(hub_alone, client, text):
    answer = hub_alone.rest(client).call(
        "POST",
        "/api/tickets",
        data=text.encode("latin-1"),
        headers={"Content-Type": "application/json"},
    )
    assert_problem(answer, 400, "bad_request")


def test_an_unknown_path_is_404_and_a_wrong_method_405(hub_alone, client):
    mine = hub_alone.rest(client)
    assert_problem(mine.get("/api/nothing", expect=None), 404, "not_found")
    assert mine.call("DELETE", "/api/tickets").status_code == 405


def test_without_a_token_rest_is_401(hub_alone, client):
    nobody = {"Authorization": None}
    answer = hub_alone.rest(client).get("/api/tickets", expect=None, headers=nobody)
    assert_problem(answer, 401, "unauthorized")


def raw_answer(port, request):
    """The status line of the answer to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        return connection.makefile("rb").readline().decode().strip()


def test_too_many_headers_are_refused(hub_alone):
    headers = b"".join(b"X-%d: y\r\n" % n for n in range(200))
    line = raw_answer(hub_alone.port, b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + headers + b"\r\n")
    assert line.split()[1] == "431"


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"NONSENSE\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"POST /api/tickets HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
        b"Content-Length: 2\r\n\r\n{}",
        b"POST /api/tickets HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=["no_request_line", "no_host", "two_lengths", "length_and_chunked"],
)
def test_malformed_http_is_400(hub_alone, request_bytes):
    assert raw_answer(hub_alone.port, request_bytes).split()[1] == "400"


def test_a_frame_with_an_unknown_field_names_it(hub_alone, client):
    live = hub_alone.live(client)
    id = live.send("create", set=TICKET | {"colour": "red"})
    error = live.wait("error", re=id)
    assert (error["code"], error["field"]) == ("bad_request", "colour")


@pytest.mark.parametrize("text", ["{", "7", '{"type":"dance"}', '{"type":5}', "{}", json.dumps([])])
def test_a_bad_frame_is_an_error_and_no_end(hub_alone, client, text):
    live = hub_alone.live(client)
    live.socket.send(text)
    assert live.wait("error")["code"] == "bad_request"
    live.settle()


def test_what_a_call_does_not_take_in_its_query_is_named(hub_alone, admin):
    rest = hub_alone.rest(admin)
    path = f"/api/tickets/{rest.create()['id']}"
    for bare in ("/api/me", "/api/projects", path, f"{path}/stream"):
        assert_problem(rest.get(f"{bare}?after=1", expect=None), 400, "bad_request", field="after")
    refused = rest.post(f"{path}?force=true", {"body": "Hello"}, expect=None)
    assert_problem(refused, 400, "bad_request", field="force")
    assert rest.get(path).json()["seq"] == 1


def test_a_burst_of_0_is_no_limit_and_a_drain_of_0_does_not_wait(embedded, start_hub, admin):
    hub = start_hub(embedded, COMMAND_BURST=0, DEAD_SECONDS=0, DRAIN_SECONDS=0)
    live = hub.live(admin)
    ticket = live.create()["id"]
    for number in range(100):
        live.message(ticket, f"line {number}")
    hub.stop()
