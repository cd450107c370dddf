"""Metrics and log lines: each event of operation is reported once, under the name that the
operations page gives it."""

import pathlib
import re
import time

import pytest
import requests

from support import people
from support.live import Refused
from support.observe import (
    log_lines,
    metric,
    metrics,
    metrics_page,
    wait_for_line,
    wait_for_metric,
    wait_until,
)
from support.raw import BINARY, RawSocket


@pytest.fixture
def hub(embedded, start_hub):
    return start_hub(embedded, ["--log", "json"])


def test_the_page_is_prometheus_text(hub, client):
    hub.live(client).create()
    answer = metrics_page(hub)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    types, helped = {}, set()
    for line in answer.text.splitlines():
        if help := re.fullmatch(r"# HELP ([a-z_]+) [A-Z].*\.", line):
            assert help[1] not in helped, "explained twice"
            helped.add(help[1])
            continue
        if declared := re.fullmatch(r"# TYPE ([a-z_]+) (gauge|counter|histogram)", line):
            assert declared[1] not in types, "declared twice"
            assert declared[1] in helped, line
            types[declared[1]] = declared[2]
            continue
        sample = re.fullmatch(
            r'((?:guichet|process)_[a-z_]+)(\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? -?[0-9.e+-]+', line
        )
        assert sample, line
        name = sample[1]
        family = re.sub(r"_(bucket|sum|count)$", "", name)
        assert name in types or types.get(family) == "histogram", line
        if name in types:
            assert (types[name] == "counter") == name.endswith("_total"), line
    assert helped == set(types)
    assert 'guichet_build_info{version="' in answer.text
    wait_until(lambda: metric(hub, "store_size_bytes") > 0, "the size of the store")
    assert metric(hub, "disk_size_bytes") > metric(hub, "disk_free_bytes") > 0
    started = float(re.search(r"^process_start_time_seconds (\S+)$", answer.text, re.M)[1])
    assert abs(started - time.time()) < 600


def test_only_operators_see_the_page(embedded, start_hub, client, lina, admin):
    token = "a-token-for-the-scraper"
    hub = start_hub(embedded, ["--log", "json"], METRICS="127.0.0.1:0", METRICS_TOKEN=token)
    own = f"http://{wait_for_line(hub, 'metrics_listening')['address']}"

    def status(someone=None, path="/metrics", **headers):
        if someone:
            headers["Authorization"] = f"Bearer {people.token(someone)}"
        return requests.get(hub.url + path, headers=headers, timeout=10).status_code

    nothing = requests.get(f"{hub.url}/nothing", timeout=10)
    hidden = requests.get(f"{hub.url}/metrics", timeout=10)
    assert (hidden.status_code, hidden.text) == (404, nothing.text)
    assert [status(someone) for someone in (client, lina, admin)] == [404, 404, 200]
    assert status(Authorization=f"Bearer {token}") == 200
    assert status(Authorization=f"Bearer {token}x") == 404
    assert status(Authorization=f"Basic {token}") == 404
    assert status(path=f"/metrics?access_token={token}") == 404
    assert status(path="/api/me", Authorization=f"Bearer {token}") == 401
    assert "guichet_build_info" in requests.get(f"{own}/metrics", timeout=10).text
    for path in ("/", "/api/me", "/ws", "/openapi.json"):
        assert requests.get(own + path, timeout=10).status_code == 404
    assert requests.post(f"{own}/metrics", data=b"x", timeout=10).status_code == 405


def test_every_metric_is_in_the_documentation(hub):
    from support.hub import ROOT

    page = (ROOT / "docs/operations.md").read_text()
    for name in metrics(hub):
        bare = re.sub(r"\{.*|_(bucket|sum|count)(?=\{|$)", "", name)
        assert f"`{bare}" in page or f"{bare}`" in page or f" {bare}{{" in page, bare


def test_histograms_count_what_was_stored(hub, client):
    live = hub.live(client)
    ticket = live.create()["id"]
    for number in range(10):
        live.message(ticket, f"line {number}")
    seen = metrics(hub)
    for name in ("store_latency_seconds", "store_batch_events"):
        buckets = [v for k, v in seen.items() if k.startswith(f"{name}_bucket")]
        assert buckets == sorted(buckets), "buckets are cumulative"
        assert buckets[-1] == seen[f"{name}_count"] == seen["store_batches_total"]
    assert seen["store_batch_events_sum"] == seen["events_total"] == 11
    assert 0 < seen["store_latency_seconds_sum"] < 10
    assert seen["commands_total"] == 11
    wait_for_metric(hub, "loop_lag_seconds_count", at_least=2)


def test_alarms_are_counted_from_the_start_on(hub, client):
    for _ in range(3):
        hub.rest(client).create()
    hub.stop()
    hub.start()
    wait_for_metric(hub, "sla_alarms", at_least=3)


def test_bytes_and_queues_are_counted(hub, client):
    live = hub.live(client, compression=None)
    ticket = live.create()["id"]
    live.message(ticket, "x" * 10_000)
    wait_until(lambda: metric(hub, "sent_bytes_total") > 10_000, "the bytes out")
    assert metric(hub, "received_bytes_total") > 10_000
    seen = metrics(hub)
    assert seen["queued_bytes"] == 0
    assert seen["journal_waiting"] == seen["readers_waiting"] == 0
    before = metric(hub, "sent_bytes_total")
    hub.close_clients()
    wait_until(lambda: metric(hub, "websockets") == 0, "the end of the WebSocket")
    assert metric(hub, "sent_bytes_total") >= before, "a counter fell"


CLOSES = {
    1000: lambda raw: raw.send(8, (1000).to_bytes(2, "big")),
    1002: lambda raw: raw.send(3, b""),
    1003: lambda raw: raw.send(BINARY, b"x"),
    1007: lambda raw: raw.send(1, b"\xff"),
    1008: lambda raw: [raw.send(9, b"") for _ in range(100)],
    1009: lambda raw: raw.send(1, b"x" * ((1 << 20) + 1)),
}


@pytest.mark.parametrize("code", CLOSES)
def test_a_close_is_counted_by_its_code_and_has_a_line(hub, client, code):
    raw = RawSocket(hub.port, people.token(client))
    began = time.monotonic()
    try:
        CLOSES[code](raw)
    except ConnectionError:
        pass  # it was closed before all was sent
    raw.close_code()
    raw.close()
    line = wait_for_line(hub, "ws_close", code=str(code))
    assert line["user"] == client.id and line["ip"] == "127.0.0.1" and line["reason"]
    assert 0 <= int(line["dur_ms"]) <= (time.monotonic() - began) * 1000 + 2500
    assert int(line["in"]) > 0 and int(line["out"]) > 0
    wait_until(lambda: metric(hub, f'ws_closed_total{{code="{code}"}}') == 1, "its count")
    assert len([x for x in log_lines(hub) if x["ev"] == "ws_close"]) == 1


def test_an_end_without_a_close_frame_is_1006(hub, client):
    raw = RawSocket(hub.port, people.token(client))
    raw.close()
    assert wait_for_line(hub, "ws_close", code="1006")["user"] == client.id
    wait_for_metric(hub, 'ws_closed_total{code="1006"}')


def test_refusals_are_counted_by_reason_and_status(hub, client, lina):
    live, rest = hub.live(client), hub.rest(client)
    ticket = live.create()["id"]
    for type, fields, code in (
        ("join", {"ticket": "f" * 24}, "not_found"),
        ("message", {"ticket": ticket, "body": "x", "internal": True}, "forbidden"),
        ("message", {"ticket": ticket, "body": "x" * 20_000}, "too_large"),
        ("message", {"ticket": ticket, "colour": "red"}, "bad_request"),
    ):
        with pytest.raises(Refused) as refused:
            live.ask(type, **fields)
        assert refused.value.code == code
        wait_for_metric(hub, f'refusals_total{{reason="{code}"}}')
    rest.get("/api/tickets/" + "f" * 24, expect=404)
    rest.get("/api/queue/stream", expect=403)
    rest.call("DELETE", "/api/tickets", expect=405)
    rest.get("/api/me", expect=401, headers={"Authorization": "Bearer x"})
    rest.get("/api/me", expect=403, headers={"Origin": "http://evil.example"})
    for status, count in ((401, 1), (403, 2), (404, 1), (405, 1)):
        name = f'http_rejected_total{{status="{status}"}}'
        wait_until(lambda: metric(hub, name) == count, name)
    wait_for_line(hub, "authz_denied", code="not_found", user=client.id, over="ws")
    wait_for_line(hub, "authz_denied", code="not_found", user=client.id, over="rest")
    wait_for_line(hub, "authz_denied", code="forbidden", user=client.id, over="ws")
    wait_for_line(hub, "token_refused", over="rest")
    wait_for_line(hub, "origin_rejected", origin="http://evil.example", over="rest")


def test_every_line_of_the_log_is_json_with_its_three_fields(hub, client):
    hub.live(client).create()
    hub.close_clients()
    hub.stop()
    text = hub.log_file.read_text()
    lines = log_lines(hub)
    assert len(lines) == len(text.splitlines())
    for line in lines:
        assert {"time", "level", "ev"} <= line.keys()
        assert line["level"] in ("info", "warn", "error")
    assert [line["ev"] for line in lines][-1] == "stopped", "the last line was lost"


def test_a_killed_hub_leaves_no_shared_memory_for_the_next_with_its_number(hub):
    """libmongoc would print its warning on stderr, within the JSON lines."""
    left_behind = pathlib.Path(f"/dev/shm/mongoc-{hub.process.pid}")
    hub.kill()
    assert not left_behind.exists()


def test_a_flood_of_one_cause_is_ten_lines_a_second(hub):
    for _ in range(300):
        requests.get(f"{hub.url}/api/me", timeout=10)
    wait_for_metric(hub, "log_suppressed_total")
    lines = [x for x in log_lines(hub) if x["ev"] == "token_refused"]
    seconds = {}
    for line in lines:
        seconds[line["time"][:19]] = seconds.get(line["time"][:19], 0) + 1
    assert lines and max(seconds.values()) <= 10
