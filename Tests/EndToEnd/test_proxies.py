"""The hub behind a proxy, below a path of a site, and under systemd."""

import os
import re
import signal
import socket

import requests

from support.observe import wait_for_line


def test_a_trusted_proxy_names_the_client(embedded, start_hub, client):
    hub = start_hub(
        embedded,
        ["--log", "json"],
        TRUSTED_PROXIES="127.0.0.0/8,10.0.0.0/8",
        CONNECTIONS_PER_ADDRESS=1,
    )

    def ask(session, forwarded):
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        return session.get(f"{hub.url}/api/me", headers=headers, timeout=10).status_code

    with requests.Session() as first, requests.Session() as second, requests.Session() as third:
        assert ask(first, "1.1.1.1, 203.0.113.5, 10.0.0.2") == 401
        wait_for_line(hub, "token_refused", ip="203.0.113.5")
        assert ask(second, "203.0.113.6") == 401
        assert ask(third, "9.9.9.9, 203.0.113.5") == 503, "the address has its connection"
        wait_for_line(hub, "address_full", ip="203.0.113.5")
        assert ask(second, "203.0.113.7") == 401, "a connection may change its address"


def test_other_proxies_are_not_believed(embedded, start_hub):
    hub = start_hub(embedded, ["--log", "json"], TRUSTED_PROXIES="10.0.0.1")
    headers = {"X-Forwarded-For": "203.0.113.5"}
    assert requests.get(f"{hub.url}/api/me", headers=headers, timeout=10).status_code == 401
    wait_for_line(hub, "token_refused", ip="127.0.0.1")


def test_below_a_path_of_a_site(embedded, start_hub, client):
    frames = "https://Desk.example:443, self"
    hub = start_hub(embedded, BASE_PATH="/support/", FRAME_ANCESTORS=frames)
    rest = hub.rest(client)
    for base in ("/support", ""):
        assert rest.get(f"{base}/api/me").json()["id"] == client.id
        page = requests.get(f"{hub.url}{base}/client-portal", timeout=10)
        assert '<meta name="guichet-base" content="/support">' in page.text
        assert not re.search(r'(?:href|src)="/(?!support/)', page.text)
        policy = page.headers["Content-Security-Policy"]
        assert "frame-ancestors https://desk.example 'self'" in policy
        script = re.search(r'src="(/support/[^"]+)"', page.text)[1]
        assert requests.get(hub.url + script, timeout=10).status_code == 200
    assert requests.get(f"{hub.url}/supporters", timeout=10).status_code == 404


def test_systemd_is_notified_of_start_reload_and_end(embedded, start_hub, tmp_path, monkeypatch):
    path = str(tmp_path / "notify")
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(path)
    manager.settimeout(20)
    monkeypatch.setenv("NOTIFY_SOCKET", path)
    monkeypatch.setenv("WATCHDOG_USEC", "600000")
    heard = []

    def wait_to_hear(state):
        while not any(state in message for message in heard):
            heard.append(manager.recv(4096).decode())

    with manager:
        hub = start_hub(embedded)
        wait_to_hear("READY=1")
        wait_to_hear("WATCHDOG=1")
        heard.clear()
        os.kill(hub.process.pid, signal.SIGHUP)
        wait_to_hear("RELOADING=1\nMONOTONIC_USEC=")
        wait_to_hear("READY=1")
        hub.begin_stop()
        wait_to_hear("STOPPING=1")
        assert hub.wait_for_exit() == 0
