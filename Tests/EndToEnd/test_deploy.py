"""docs/deploy: the files that operators copy, run by the programs that they are for."""

import concurrent.futures
import json
import os
import re
import socket
import subprocess

import pytest
from websockets.exceptions import InvalidStatus

from support import people
from support.certificates import Certificate
from support.files import download, upload
from support.hub import BINARY, command
from support.observe import wait_for_line, wait_until
from support.proxies import DEPLOY, PROXIES, BlindHAProxy, replaced
from support.rest import assert_problem

MAX_UPLOAD_BYTES = 25 << 20
PER_ADDRESS = 16
SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
FORGED = {"X-Forwarded-For": "203.0.113.9"}


@pytest.fixture
def hub(embedded, start_hub):
    return start_hub(
        embedded,
        ["--log", "json"],
        TRUSTED_PROXIES="127.0.0.1",
        CONNECTIONS_PER_ADDRESS=PER_ADDRESS,
    )


@pytest.fixture(params=PROXIES)
def proxy(request, tmp_path, hub):
    with PROXIES[request.param](tmp_path, hub, Certificate(tmp_path)) as proxy:
        yield proxy


def test_every_way_of_the_hub_passes_a_proxy(proxy, client, lina):
    asking = proxy.rest(client)
    page = asking.get("/client-portal")
    assert "<title>" in page.text
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    ticket = asking.create()["id"]
    events_arrive_at_once(proxy, asking, ticket, lina)
    files_pass_up_to_the_limit_of_the_hub(asking)
    a_refusal_of_the_hub_comes_before_the_file_is_sent(proxy)
    the_hub_sees_who_asks(proxy, client)
    no_token_is_in_its_log(proxy)


def no_token_is_in_its_log(proxy):
    """Caddy's log of a socket has all headers of the request, once the socket is closed."""
    if proxy.name == "caddy":
        wait_until(lambda: '"/ws"' in proxy.log_file.read_text(), "a line about the socket")
    assert "bearer." not in proxy.log_file.read_text().lower()


def events_arrive_at_once(proxy, asking, ticket, lina):
    """Over a socket, a stream and a long poll, all opened before the event."""
    live = proxy.live(lina)
    live.join(ticket)
    stream = asking.get(f"/api/tickets/{ticket}/stream", stream=True)
    polling = proxy.rest(lina)
    with concurrent.futures.ThreadPoolExecutor() as threads:
        page = f"/api/tickets/{ticket}/events?after=1&wait=30"
        waiting = threads.submit(polling.get, page, timeout=40)
        lines = stream.iter_lines(chunk_size=1, decode_unicode=True)
        told = (json.loads(line[5:]) for line in lines if line.startswith("data:"))
        assert next(told)["seq"] == 1
        asking.say(ticket, "Through the proxy.")
        assert live.event(ticket=ticket)["message"]["body"] == "Through the proxy."
        assert next(event for event in told if event.get("seq") == 2)["kind"] == "message"
        assert [event["seq"] for event in waiting.result().json()["events"]] == [2]
    stream.close()
    assert live.message(ticket, "And back.")["type"] == "ack"
    live.close()


def files_pass_up_to_the_limit_of_the_hub(asking):
    content = os.urandom(MAX_UPLOAD_BYTES)
    file = upload(asking, content, "disk.img")
    assert download(asking, file).content == content
    refused = upload(asking, content + b"x", "disk.img", expect=413)
    assert_problem(refused, 413, "too_large")


def a_refusal_of_the_hub_comes_before_the_file_is_sent(proxy):
    refused = upload(proxy.rest(), os.urandom(200_000), "disk.img", expect=401)
    assert_problem(refused, 401, "unauthorized")


def the_hub_sees_who_asks(proxy, client):
    """The client's address counts, not its forged headers; each address has its own count."""
    proxy.rest(address="127.0.0.2").get("/api/me", expect=401, headers=FORGED)
    wait_for_line(proxy.hub, "token_refused", ip="127.0.0.2")
    with pytest.raises(InvalidStatus) as refused:
        for _ in range(PER_ADDRESS + 1):
            proxy.live(client, address="127.0.0.3")
    assert refused.value.response.status_code == 503
    wait_for_line(proxy.hub, "address_full", ip="127.0.0.3")
    proxy.live(client, address="127.0.0.4")


def test_a_hub_that_is_restarted_says_goodbye_through_a_proxy(proxy, client):
    asking = proxy.rest(client)
    ticket = asking.create()["id"]
    live = proxy.live(client)
    stream = asking.get(f"/api/tickets/{ticket}/stream", stream=True)
    proxy.hub.begin_stop()
    live.wait("drain")
    assert live.close_code() == 1001
    assert any('"type":"drain"' in line for line in stream.iter_lines(decode_unicode=True))
    assert proxy.hub.wait_for_exit() == 0
    away = asking.get("/api/me", expect=503)
    assert_problem(away, 503, "unavailable")
    assert away.headers["Retry-After"] == "5" and away.json()["retryAfter"] == 5
    assert away.headers["Strict-Transport-Security"] == "max-age=31536000"
    asking.get(f"/api/tickets/{ticket}/stream?access_token=bearer.of.a.page", expect=503)
    no_token_is_in_its_log(proxy)
    proxy.hub.start()
    wait_until(lambda: asking.get("/readyz", expect=None).status_code == 200, "the hub to be back")
    proxy.live(client).join(ticket)


def test_a_proxy_that_passes_tls_on_names_the_client_in_its_header(
    tmp_path, embedded, start_hub, client
):
    certificate = Certificate(tmp_path)
    hub = start_hub(
        embedded,
        ["--log", "json", *certificate.options],
        TRUSTED_PROXIES="127.0.0.1",
        PROXY_PROTOCOL="v2",
    )
    with BlindHAProxy(tmp_path, hub, certificate) as proxy:
        proxy.rest(address="127.0.0.2").get("/api/me", expect=401, headers=FORGED)
        wait_for_line(hub, "token_refused", ip="127.0.0.2")
        ticket = proxy.live(client, address="127.0.0.3").create()["id"]
        asking = proxy.rest(client)
        assert asking.get(f"/api/tickets/{ticket}").json()["id"] == ticket
        # The proxy's own address without a header; and an unknown peer, whose header is ignored.
        with raw(hub, "127.0.0.1") as bare, raw(hub, "127.0.0.4") as stranger:
            bare.sendall(b"\x16\x03\x01\x00\x05hello")
            assert bare.recv(100) == b""
            wait_for_line(hub, "proxy_header_refused", ip="127.0.0.1")
            stranger.sendall(header(b"\xcb\x00\x71\x09"))
            while stranger.recv(100):
                pass
            wait_for_line(hub, "tls_handshake_failed", peer="127.0.0.4")


def test_the_header_of_a_proxy_may_come_in_pieces(tmp_path, embedded, start_hub):
    hub = start_hub(
        embedded,
        ["--log", "json"],
        TRUSTED_PROXIES="127.0.0.1",
        PROXY_PROTOCOL="v2",
        CONNECTIONS_PER_ADDRESS=1,
    )
    request = b"GET /api/me HTTP/1.1\r\nHost: hub\r\n\r\n"
    with raw(hub, "127.0.0.1") as first, raw(hub, "127.0.0.1") as second:
        for byte in header(b"\xcb\x00\x71\x09"):
            first.sendall(bytes([byte]))
        first.sendall(request)
        assert first.recv(4096).startswith(b"HTTP/1.1 401 ")
        wait_for_line(hub, "token_refused", ip="203.0.113.9")
        second.sendall(header(b"\xcb\x00\x71\x09") + request)
        assert second.recv(4096).startswith(b"HTTP/1.1 503 ")
        wait_for_line(hub, "address_full", ip="203.0.113.9")
    with raw(hub, "127.0.0.1") as checking:
        checking.sendall(SIGNATURE + b"\x20\x00\x00\x00GET /readyz HTTP/1.0\r\n\r\n")
        assert checking.recv(4096).startswith(b"HTTP/1.1 200 ")
    for proxies in (None, "127.0.0.1"):
        told = command(
            "config",
            "check",
            GUICHET_PROXY_PROTOCOL="v2" if proxies is None else "v1",
            GUICHET_TRUSTED_PROXIES=proxies,
        )
        assert told.returncode == 2 and "GUICHET_PROXY_PROTOCOL" in told.stderr


def raw(hub, address):
    return socket.create_connection(("127.0.0.1", hub.port), 10, source_address=(address, 0))


def header(source):
    """Version 2, over TCP and IPv4, from this address and a port to another."""
    return SIGNATURE + b"\x21\x11\x00\x0c" + source + b"\x0a\x00\x00\x01\xc0\x01\x01\xbb"


def test_systemd_takes_the_unit_and_its_secrets(tmp_path, embedded):
    unit = tmp_path / "guichet.service"
    drop_in = tmp_path / "guichet.service.d/tls.conf"
    drop_in.parent.mkdir()
    program = {"/usr/local/bin/guichet": str(BINARY)}
    text = replaced((DEPLOY / "guichet.service").read_text(), program)
    for extra in ("", (DEPLOY / "guichet-tls.conf").read_text()):
        unit.write_text(text)
        drop_in.write_text(replaced(extra, program) if extra else "")
        said = systemd_analyze("verify", "--man=no", unit)
        assert said == "", said
        # In tenths: 10.0 is a service without any bound.
        systemd_analyze("security", "--offline=true", "--threshold=25", unit)

    # What systemd puts at %d: a copy that the hub's user alone may read.
    secrets = tmp_path / "settings"
    secrets.write_text(f"# Both ends of it\nGUICHET_JWT_SECRET={people.SECRET}\n")
    secrets.chmod(0o400)
    assert "LoadCredential=settings:" in text
    assert "\nLimitCORE=0\n" in text, "a crash would write its secrets to disk"
    (setting,) = re.findall(r"^Environment=GUICHET_SETTINGS=%d/(\w+)$", text, re.MULTILINE)
    read = {"GUICHET_SETTINGS": tmp_path / setting, "GUICHET_JWT_SECRET": None}
    told = command("config", "check", "--store", embedded.uri, **read)
    assert told.returncode == 0, told.stderr
    assert "GUICHET_JWT_SECRET=… (file)" in told.stdout


def systemd_analyze(*arguments):
    ended = subprocess.run(
        ["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stderr.strip()
