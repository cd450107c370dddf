"""History and export (docs/protocol.md 10): content, access and cost."""

import csv
import gzip
import http.client
import io
import json
import socket
import time

import pytest

from support import people
from support.observe import metrics, wait_until
from support.rest import assert_problem

CANARY = "canary-5e0d"
FORMULA_STARTS = "=+-@\t\r\0"


def rows(answer):
    """The rows of a CSV answer, parsed by Python's own reader."""
    assert answer.headers["Content-Type"].startswith("text/csv")
    text = answer.content.decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def lines(answer):
    assert answer.content.endswith(b"\n") or not answer.content
    return [json.loads(line) for line in answer.content.splitlines()]


@pytest.fixture
def told(hub, client, lina, admin):
    """A ticket with public and internal events in turn."""
    asking, answering = hub.rest(client), hub.rest(lina)
    ticket = asking.create(title="The printer eats paper")["id"]
    answering.say(ticket, "On my way.", action="take")
    answering.say(ticket, f"note {CANARY}", internal=True)
    answering.patch(f"/api/tickets/{ticket}", {"tags": [CANARY]})
    answering.say(ticket, "Fixed?", set={"priority": "high"})
    answering.say(ticket, f"done {CANARY}", internal=True, action="resolve")
    asking.say(ticket, "Thanks!")
    return ticket, asking, answering


def test_history_is_the_same_in_all_formats(told):
    ticket, asking, answering = told
    path = f"/api/tickets/{ticket}/history"
    for someone in (asking, answering):
        detail = someone.get(f"/api/tickets/{ticket}").json()
        expected = detail["history"]
        whole = someone.get(path)
        assert whole.json() == {"history": expected, "seq": detail["seq"]}
        assert "Content-Disposition" not in whole.headers
        as_lines = someone.get(path, params={"format": "jsonl"})
        assert lines(as_lines) == expected
        assert 'filename="history-' in as_lines.headers["Content-Disposition"]
        table = rows(someone.get(path, params={"format": "csv"}))
        assert [int(row["seq"]) for row in table] == [event["seq"] for event in expected]
        assert [row["kind"] for row in table] == [event["kind"] for event in expected]
    taken = next(row for row in table if row["assignedTo.to"])
    assert (taken["status.from"], taken["status.to"]) == ("open", "in_progress")
    assert any(row["body"] == f"note {CANARY}" and row["internal"] == "true" for row in table)


def test_a_clients_history_has_nothing_internal(told):
    ticket, asking, _ = told
    for format in ("json", "csv", "jsonl"):
        for name in (ticket, asking.get(f"/api/tickets/{ticket}").json()["ref"]):
            answer = asking.get(f"/api/tickets/{name}/history", params={"format": format})
            for word in (CANARY, "internal", "tags.to", "breached"):
                if format == "csv":
                    assert word not in answer.text
    assert not any(CANARY.encode() in body for body in asking.bodies)


def test_history_of_a_ticket_out_of_sight_is_not_found(told, hub, client, sam, admin):
    ticket, *_ = told
    for stranger in (sam, people.client(projects=["other"])):
        assert_problem(
            hub.rest(stranger).get(f"/api/tickets/{ticket}/history", expect=404), 404, "not_found"
        )
    assert_problem(
        hub.rest(admin).get("/api/tickets/T-99/history", expect=404), 404, "not_found"
    )


def test_export_is_every_ticket_in_sight_that_fits(told, hub, client, lina, sam, admin):
    ticket, asking, _ = told
    second = asking.create(title="A second one", priority="urgent")["id"]
    chief = hub.rest(admin)
    exported = lines(chief.get("/api/export", params={"format": "jsonl"}))
    assert exported == [chief.get(f"/api/tickets/{id}").json() for id in (ticket, second)]
    table = rows(chief.get("/api/export"))
    assert [(row["id"], row["title"]) for row in table] == [
        (snapshot["id"], snapshot["title"]) for snapshot in exported
    ]
    assert table[0]["assignedToId"] == lina.id and table[0]["tags"] == CANARY
    urgent = {"format": "jsonl", "priority": "urgent"}
    assert [snapshot["id"] for snapshot in lines(chief.get("/api/export", params=urgent))] == [second]
    # Sam sees tickets without a technician, and none of Lina's.
    theirs = hub.rest(sam)
    for format in ("csv", "jsonl"):
        answer = theirs.get("/api/export", params={"format": format})
        assert second in answer.text and ticket not in answer.text
    assert not any(CANARY.encode() in body for body in theirs.bodies)


def test_a_table_may_begin_with_a_byte_order_mark(hub_alone, client, admin):
    ticket = hub_alone.rest(client).create(title="Élodie")["id"]
    staff = hub_alone.rest(admin)
    for path in ["/api/export?format=csv", f"/api/tickets/{ticket}/history?format=csv"]:
        plain, marked = staff.get(path).content, staff.get(f"{path}&bom=1").content
        assert marked == b"\xef\xbb\xbf" + plain and not plain.startswith(b"\xef")
        assert staff.get(f"{path}&bom=0").content == plain
    assert_problem(staff.get("/api/export?format=jsonl&bom=1", expect=400), 400, "bad_request", "bom")


def test_a_clients_export_is_forbidden(told):
    _, asking, _ = told
    for query in ("", "?format=csv", "?format=jsonl&status=open", "?format=nonsense"):
        assert_problem(asking.get(f"/api/export{query}", expect=403), 403, "forbidden")


@pytest.mark.parametrize(
    "query, field",
    [
        ("format=xml", "format"),
        ("format=", "format"),
        ("format=json", "format"),
        ("colour=red", "colour"),
        ("status=lost", "status"),
    ],
)
def test_a_wrong_query_names_its_field(hub_alone, admin, query, field):
    chief = hub_alone.rest(admin)
    assert_problem(chief.get(f"/api/export?{query}", expect=400), 400, "bad_request", field)


def cells():
    """A hundred texts that a spreadsheet might compute or a careless reader cut in two."""
    commands = ["1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x","y")', "SUM(A1:A9)", "x"]
    begun = [start + rest for start in FORMULA_STARTS for rest in commands]
    others = ['"quoted"', "a,b", "a;b", "line\nline", "line\r\nline", "a\tb", "'apostrophe", " =1"]
    accents = ["Élodie", "भाषा", "🖨️ = on", "=Ünïcode", "-2", "+33 1 23 45 67 89", "@admin"]
    texts = begun + others + accents
    return texts + [f"{text} {number}" for number, text in enumerate(texts)][: 100 - len(texts)]


def test_no_cell_is_a_formula(hub_alone, client, lina, admin):
    asking, answering = hub_alone.rest(client), hub_alone.rest(lina)
    texts = cells()
    assert len(texts) == 100
    ticket = asking.create()["id"]
    for text in texts:
        asking.create(title=text, description=text)
        answering.say(ticket, text, internal=True)

    def shown(text):
        seen = text.replace("\0", "\ufffd")
        first = text.lstrip("\0")[0]
        return "'" + seen if first in FORMULA_STARTS else seen

    def titled(text):
        """A title is one line, trimmed."""
        return shown("".join(c for c in text if c not in "\t\r\n\0").strip())

    answer = hub_alone.rest(admin).get("/api/export", params={"format": "csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    table = rows(answer)[1:]
    assert [row["title"] for row in table] == [titled(text) for text in texts]
    assert [row["description"] for row in table] == [shown(text) for text in texts]
    history = rows(answering.get(f"/api/tickets/{ticket}/history", params={"format": "csv"}))
    assert [row["body"] for row in history[1:]] == [shown(text) for text in texts]
    every = [cell for row in table + history for cell in row.values() if cell]
    assert not [cell for cell in every if cell[0] in FORMULA_STARTS]


# How it is sent


def long_log(hub, someone, count, size):
    """A ticket with `count` notes of `size` characters, each of them part of the history."""
    live = hub.live(someone)
    ticket = live.create()["id"]
    pending = []
    for number in range(count):
        body = f"{number} ".ljust(size, "x")
        pending.append(live.send("message", ticket=ticket, body=body, internal=True))
    for id in pending:
        live.wait("ack", re=id)
    return ticket


@pytest.fixture
def long(start_hub, embedded, admin):
    hub = start_hub(embedded, COMMANDS_PER_SECOND=0)
    return hub, long_log(hub, admin, 400, 8000)


@pytest.fixture
def long_in_store(start_hub, store, admin):
    hub = start_hub(store, COMMANDS_PER_SECOND=0)
    return hub, long_log(hub, admin, 400, 8000)


def raw_request(hub, path, someone, *headers, version="HTTP/1.1", buffer=None):
    """A socket on which the request is sent and nothing is read yet."""
    connection = socket.socket()
    if buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.settimeout(60)
    connection.connect(("127.0.0.1", hub.port))
    token = people.token(someone)
    head = [f"GET {path} {version}", "Host: x", f"Authorization: Bearer {token}", *headers]
    connection.sendall("\r\n".join([*head, "", ""]).encode())
    return connection


def test_a_long_history_comes_in_chunks(long, admin):
    hub, ticket = long
    path = f"/api/tickets/{ticket}/history?format=jsonl"
    connection = raw_request(hub, path, admin, "Accept-Encoding: identity")
    with connection:
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert answer.headers["Connection"] == "close"
        body = answer.read()
    events = [json.loads(line) for line in body.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, 402))


def test_compressed_it_is_the_same(long, admin):
    hub, ticket = long
    rest = hub.rest(admin)
    for path in (f"/api/tickets/{ticket}/history", "/api/export?format=jsonl", "/api/export"):
        plain = rest.get(path, headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers
        connection = raw_request(hub, path, admin, "Accept-Encoding: br, gzip;q=0.5")
        with connection:
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            assert answer.headers["Content-Encoding"] == "gzip"
            packed = answer.read()
        assert gzip.decompress(packed) == plain.content
        assert len(packed) < len(plain.content) or len(plain.content) < 2000


def test_an_old_client_gets_it_without_chunks(long, admin):
    hub, ticket = long
    path = f"/api/tickets/{ticket}/history?format=jsonl"
    with raw_request(hub, path, admin, version="HTTP/1.0") as connection:
        received = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    head, body = received.split(b"\r\n\r\n", 1)
    assert b"transfer-encoding" not in head.lower()
    assert len(body.splitlines()) == 401


def test_head_tells_the_headers_alone(long, admin):
    hub, ticket = long
    for path in (f"/api/tickets/{ticket}/history?format=csv", "/api/export"):
        answer = hub.rest(admin).call("HEAD", path, 200)
        assert answer.headers["Content-Type"].startswith("text/csv") and answer.content == b""


def test_export_of_a_long_log_is_its_detail(long_in_store, admin):
    hub, ticket = long_in_store
    rest = hub.rest(admin)
    (exported,) = lines(rest.get("/api/export", params={"format": "jsonl"}))
    detail = rest.get(f"/api/tickets/{ticket}").json()
    assert exported["more"] is False and len(exported["messages"]) == 400
    assert len(detail["messages"]) > 10
    for part in ("messages", "history"):
        assert exported[part][-len(detail[part]) :] == detail[part]
    assert [event["seq"] for event in exported["history"]] == list(range(1, 402))
    assert {k: exported[k] for k in detail.keys() - {"messages", "history", "more"}} == {
        k: detail[k] for k in detail.keys() - {"messages", "history", "more"}
    }


def resident_kib(hub):
    with open(f"/proc/{hub.process.pid}/status") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])


def queued_for_readers(hub):
    """The bytes that wait for slow readers, once no reading of the store is left to do; else 0."""
    now = metrics(hub)
    return now["queued_bytes"] if now["readers_waiting"] == 0 else 0


def test_readers_that_stop_hold_a_page_each(long_in_store, admin):
    hub, ticket = long_in_store
    rest = hub.rest(admin)
    rest.get(f"/api/tickets/{ticket}/history")
    before = resident_kib(hub)
    path = f"/api/tickets/{ticket}/history"
    stopped = [raw_request(hub, path, admin, buffer=4096) for _ in range(30)]
    try:
        queued = wait_until(lambda: queued_for_readers(hub), "all pages to be queued", 60)
        # Three megabytes each if they were made whole; a page is 128 KiB and what a read adds.
        assert queued < 30 * 512 * 1024
        assert resident_kib(hub) - before < 30 * 1024
        # The hub goes on answering others.
        rest.get(f"/api/tickets/{ticket}")
        # Who reads on gets the rest.
        answer = http.client.HTTPResponse(stopped[0])
        answer.begin()
        assert len(json.loads(answer.read())["history"]) == 401
    finally:
        for connection in stopped:
            connection.close()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_million_events_at_flat_memory(start_hub, store, tmp_path, admin):
    from support import hub as guichet
    from support import transfer

    file = tmp_path / "million.jsonl"
    transfer.write_tickets(file, tickets=10_000, messages=99)
    done = guichet.command("import", "--store", store.uri, file, timeout=1500)
    assert done.returncode == 0, done.stderr[-2000:]
    hub = start_hub(store)
    rest = hub.rest(admin)
    rest.get("/api/export", params={"format": "jsonl", "priority": "urgent"})
    before, highest, count, size = resident_kib(hub), 0, 0, 0
    began = time.monotonic()
    answer = rest.call(
        "GET", "/api/export?format=jsonl", 200, stream=True, timeout=600,
        headers={"Accept-Encoding": "identity"},
    )
    for line in answer.iter_lines(chunk_size=1 << 16):
        detail = json.loads(line)
        count += 1 + len(detail["messages"])
        size += len(line) + 1
        if count % 50_000 == 0:
            highest = max(highest, resident_kib(hub))
    seconds = time.monotonic() - began
    print(
        f"{store.name}: {count} events, {size / 1e6:.0f} MB in {seconds:.0f} s,"
        f" resident {before} KiB before, {highest} KiB at most"
    )
    assert count == 1_000_000
    assert highest - before < 24 * 1024
