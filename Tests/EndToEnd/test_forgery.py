"""Forged tokens, foreign origins, and secrets that must stay hidden (docs/protocol.md 2)."""

import base64
import hashlib
import hmac
import json
import re
import socket
import time

import pytest
import requests

from support import people
from support.observe import log_lines, metrics_page, wait_for_line, wait_until

NOW = int(time.time())


def encode(data):
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header, body, key=people.SECRET.encode(), digest=hashlib.sha256):
    head = f"{encode(header)}.{encode(body)}"
    return f"{head}.{encode(hmac.new(key, head.encode(), digest).digest())}"


HS256 = {"alg": "HS256", "typ": "JWT"}


def forgeries(who):
    """Tokens that must all be refused, by name."""
    body = people.claims(who)
    good = signed(HS256, body)
    head, payload, signature = good.split(".")
    jwk = {"kty": "oct", "k": encode(b"x" * 32)}
    tokens = {
        "empty": "",
        "one_part": head,
        "two_parts": f"{head}.{payload}",
        "no_signature": f"{head}.{payload}.",
        "four_parts": f"{good}.{signature}",
        "five_parts": f"{good}.a.b",
        "garbage": "not.a.token",
        "dots": "...",
        "signature_cut": good[:-2],
        "signature_of_zeros": f"{head}.{payload}.{encode(bytes(32))}",
        "signature_empty_hash": f"{head}.{payload}.{encode(hashlib.sha256().digest())}",
        "another_key": signed(HS256, body, key=b"y" * 40),
        "empty_key": signed(HS256, body, key=b""),
        "padded": f"{head}=.{payload}=.{signature}=",
        "standard_alphabet": f"{head}.{payload}.+{signature[1:]}",
        "space_in_signature": f"{head}.{payload}.{signature[:10]}%20{signature[10:]}",
        "payload_changed": f"{head}.{encode({**body, 'id': 'other'})}.{signature}",
        "header_changed": f"{encode({'typ': 'JWT', 'alg': 'HS256'})}.{payload}.{signature}",
        "hs384": signed({"alg": "HS384"}, body, digest=hashlib.sha384),
        "hs512": signed({"alg": "HS512"}, body, digest=hashlib.sha512),
        "rs256_claimed": signed({"alg": "RS256"}, body),
        "es256_of_zeros": f"{encode({'alg': 'ES256'})}.{payload}.{encode(bytes(64))}",
        "eddsa_of_zeros": f"{encode({'alg': 'EdDSA'})}.{payload}.{encode(bytes(64))}",
        "alg_missing": signed({"typ": "JWT"}, body),
        "alg_list": signed({"alg": ["HS256"]}, body),
        "alg_null": signed({"alg": None}, body),
        "alg_lower_case": signed({"alg": "hs256"}, body),
        "alg_twice": signed(b'{"alg":"none","alg":"HS256"}', body),
        "header_not_an_object": signed(b'"HS256"', body),
        "header_not_json": signed(b"{", body),
        "body_not_an_object": signed(HS256, b'["admin"]'),
        "body_not_json": signed(HS256, b"{"),
        "body_not_utf8": signed(HS256, b'{"id":"\xff"}'),
        "own_key_in_the_header": signed({**HS256, "jwk": jwk}, body, key=b"x" * 32),
        "key_by_path": signed({**HS256, "kid": "../../dev/null"}, body, key=b""),
        "key_by_url": signed({**HS256, "jku": "http://127.0.0.1/keys"}, body, key=b"z" * 32),
        "critical_extension": signed({**HS256, "crit": ["b64"], "b64": False}, body),
        "expired": signed(HS256, {**body, "exp": NOW - 3600}),
        "expiry_zero": signed(HS256, {**body, "exp": 0}),
        "expiry_negative": signed(HS256, {**body, "exp": -1}),
        "expiry_text": signed(HS256, {**body, "exp": str(NOW + 3600)}),
        "expiry_null": signed(HS256, {**body, "exp": None}),
        "expiry_list": signed(HS256, {**body, "exp": [NOW + 3600]}),
        "expiry_missing": signed(HS256, {k: v for k, v in body.items() if k != "exp"}),
        "not_yet": signed(HS256, {**body, "nbf": NOW + 86_400}),
        "id_missing": signed(HS256, {k: v for k, v in body.items() if k != "id"}),
        "id_empty": signed(HS256, {**body, "id": ""}),
        "id_number": signed(HS256, {**body, "id": 7}),
        "id_object": signed(HS256, {**body, "id": {"$ne": None}}),
        "id_of_the_hub": signed(HS256, {**body, "id": "system"}),
        "role_unknown": signed(HS256, {**body, "role": "root"}),
        "role_of_the_hub": signed(HS256, {**body, "role": "system"}),
        "role_list": signed(HS256, {**body, "role": ["admin"]}),
        "role_upper_case": signed(HS256, {**body, "role": "ADMIN"}),
    }
    for algorithm in ("none", "None", "NONE", "nOnE", ""):
        tokens[f"alg_{algorithm or 'empty'}"] = f"{encode({'alg': algorithm})}.{payload}."
        tokens[f"alg_{algorithm or 'empty'}_signed"] = signed({"alg": algorithm}, body)
    return tokens


def upgrade_status(port, headers, query=""):
    """The status that these header lines get for a WebSocket."""
    lines = [
        f"GET /ws{query} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(b'k' * 16).decode()}",
        "Sec-WebSocket-Version: 13",
        *headers,
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return int(connection.makefile("rb").readline().split()[1])


def test_no_forged_token_is_let_in(embedded, start_hub, admin):
    hub = start_hub(embedded, ["--log", "json"])
    tokens = forgeries(admin)
    assert len(tokens) >= 60
    for name, token in tokens.items():
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.get(f"{hub.url}/api/me", headers=headers, timeout=10)
        assert answer.status_code == 401, (name, answer.text)
        problem = answer.json()
        assert problem["code"] == "unauthorized" and problem["detail"], name
        if token:
            assert len(token) < 20 or token not in answer.text, name
            assert upgrade_status(hub.port, [f"Authorization: Bearer {token}"]) == 401, name
            offer = f"Sec-WebSocket-Protocol: guichet.v1, bearer.{token}"
            assert upgrade_status(hub.port, [offer]) in (400, 401), name
            cookie = requests.get(
                f"{hub.url}/api/me", headers={"Cookie": f"token={token}"}, timeout=10
            )
            assert cookie.status_code == 401, name
    good = {"Authorization": f"Bearer {people.token(admin)}"}
    assert requests.get(f"{hub.url}/api/me", headers=good, timeout=10).status_code == 200
    wait_for_line(hub, "token_refused", ip="127.0.0.1", over="ws")
    wait_for_line(hub, "token_refused", ip="127.0.0.1", over="rest")


def test_a_refused_token_is_answered_with_the_reason(embedded, start_hub, tmp_path, client):
    revoked = tmp_path / "revoked"
    revoked.write_text("gone\n")
    hub = start_hub(embedded, ["--log", "json"], REVOKED=revoked)
    reasons = {
        people.token(client, ttl=-60): "has expired",
        people.token(client, nbf=int(time.time()) + 600): "not valid yet",
        people.token(client, key="another secret of well over thirty-two bytes"): "signature",
        people.token(client, algorithm="HS512"): "algorithm",
        people.token(client, role="boss"): "'role'",
        people.token(client, role=None): "'role'",
        people.token(client, exp=None): "'exp'",
        people.token(client, exp="soon"): "'exp'",
        people.token(client, id="gone"): "taken back",
        "x.y": "three parts",
    }
    for token, reason in reasons.items():
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.get(f"{hub.url}/api/me", headers=headers, timeout=10)
        assert answer.status_code == 401
        challenge = answer.headers["WWW-Authenticate"]
        told = re.fullmatch(r'Bearer error="invalid_token", error_description="([^"]+)"', challenge)
        assert told and reason in told[1], challenge
        assert told[1] in answer.json()["detail"], answer.text
        wait_for_line(hub, "token_refused", reason=told[1], over="rest")
    answer = requests.get(f"{hub.url}/api/me", timeout=10)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert not any(token in hub.log for token in reasons if len(token) > 9)


@pytest.mark.parametrize("form", ["Basic {}", "bearer", "Bearer  ", "Bearer {} {}", "Token {}", "{}"])
def test_a_good_token_in_a_wrong_form_is_not_let_in(hub_alone, admin, form):
    header = form.replace("{}", people.token(admin))
    answer = requests.get(f"{hub_alone.url}/api/me", headers={"Authorization": header}, timeout=10)
    assert answer.status_code == 401


def foreign_origins(port):
    return [
        "null",
        "http://evil.example",
        "https://evil.example",
        f"http://evil.example:{port}",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        f"http://127.0.0.1:{port}.evil.example",
        f"http://127.0.0.1:{port}@evil.example",
        f"http://evil.example@127.0.0.1:{port}",
        f"http://127.0.0.1:{port}/",
        f"http://127.0.0.1:{port}/path",
        f"http://127.0.0.1:{port}?q",
        f"http://127.0.0.1:{port}#f",
        f"http://127.0.0.1.:{port}",
        f"http://localhost:{port}",
        f"http://[::1]:{port}",
        f"http://2130706433:{port}",
        f"http://0x7f.1:{port}",
        f"http://127.1:{port}",
        f"ftp://127.0.0.1:{port}",
        f"ws://127.0.0.1:{port}",
        f"file://127.0.0.1:{port}",
        f"//127.0.0.1:{port}",
        f"127.0.0.1:{port}",
        f"http:127.0.0.1:{port}",
        f"http://127.0.0.1:{port}0",
        f"http://127.0.0.1:0{port}",
        f"http://127.0.0.1:{port} http://evil.example",
        f"http://evil.example, http://127.0.0.1:{port}",
        f"http://evil.example http://127.0.0.1:{port}",
        "https://desk.example.evil.example",
        "https://evil-desk.example",
        "http://desk.example",
        "https://desk.example:8443",
        "https://desk.example.",
        "https://*.example",
        "*",
        "chrome-extension://abcdefgh",
        "data:text/html,x",
        "about:blank",
    ]


def test_no_foreign_origin_is_let_in(embedded, start_hub, client):
    hub = start_hub(embedded, ["--log", "json"], ALLOWED_ORIGINS="https://desk.example")
    token = people.token(client)
    origins = foreign_origins(hub.port)
    assert len(origins) >= 30
    for origin in origins:
        lines = [f"Authorization: Bearer {token}", f"Origin: {origin}"]
        assert upgrade_status(hub.port, lines) == 403, origin
        headers = {"Cookie": f"token={token}", "Origin": origin}
        for method in ("GET", "POST"):
            answer = requests.request(
                method, f"{hub.url}/api/tickets", headers=headers, json={}, timeout=10
            )
            assert answer.status_code == 403, origin
            assert "Access-Control-Allow-Origin" not in answer.headers
    both = [f"Origin: {hub.url}", "Origin: http://evil.example"]
    assert upgrade_status(hub.port, [f"Authorization: Bearer {token}", *both]) in (400, 403)
    for origin in (hub.url, "https://desk.example"):
        lines = [f"Authorization: Bearer {token}", f"Origin: {origin}"]
        assert upgrade_status(hub.port, lines) == 101
    line = wait_for_line(hub, "origin_rejected", ip="127.0.0.1", over="ws")
    assert line["origin"] == "null"


def test_a_forwarded_address_is_not_believed(embedded, start_hub):
    hub = start_hub(embedded, ["--log", "json"])
    headers = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Real-IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9",
    }
    assert requests.get(f"{hub.url}/api/me", headers=headers, timeout=10).status_code == 401
    wait_for_line(hub, "token_refused", ip="127.0.0.1")
    assert "203.0.113.9" not in hub.log_file.read_text()


def test_a_refused_upgrade_is_no_tunnel(hub_alone):
    """Bytes after a refused upgrade are never read as another request."""
    with socket.create_connection(("127.0.0.1", hub_alone.port), timeout=10) as connection:
        connection.sendall(
            b"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 12\r\n\r\n"
            b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        )
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 426") and b"Sec-WebSocket-Version: 13" in answer
    assert answer.count(b"HTTP/1.1") == 1 and b"Connection: close" in answer


def test_a_token_never_shows_in_logs_metrics_or_errors(embedded, start_hub, client, lina):
    """Tokens of all kinds in all places; then no byte of them exists outside of the requests."""
    hub = start_hub(embedded, ["--log", "json"])
    good, expired = people.token(client), people.token(client, ttl=-3600)
    forged = signed(HS256, people.claims(lina), key=b"canary" * 8)
    seen = []
    for token in (good, expired, forged):
        for path in ("/api/me", "/api/nothing", f"/api/tickets?access_token={token}", "/%zz"):
            for headers in (
                {"Authorization": f"Bearer {token}"},
                {"Cookie": f"token={token}"},
                {"Authorization": f"Bearer {token}", "Origin": "http://evil.example"},
                {"Authorization": f"Bearer {token}\x01"},
            ):
                try:
                    answer = requests.get(f"{hub.url}{path}", headers=headers, timeout=10)
                except (requests.RequestException, ValueError):
                    continue
                seen.append(answer.text + str(answer.headers))
        for line in (
            f"Authorization: Bearer {token}",
            f"Sec-WebSocket-Protocol: guichet.v1, bearer.{token}",
        ):
            upgrade_status(hub.port, [line])
            upgrade_status(hub.port, [line, "Origin: http://evil.example"])
        upgrade_status(hub.port, [], query=f"?access_token={token}")
    live = hub.live(client)
    live.send("auth", token=forged)
    assert live.wait("error")["code"] == "unauthorized"
    live.send("auth", token=people.token(lina))
    live.wait("error")
    seen += live.raw
    seen.append(metrics_page(hub).text)
    hub.close_clients()
    wait_until(lambda: [x for x in log_lines(hub) if x["ev"] == "ws_close"], "ws_close")
    hub.stop()
    seen.append(hub.log_file.read_text())
    for token in (good, expired, forged):
        for part in token.split(".")[1:]:
            assert not any(part in text for text in seen)
    assert not any(people.SECRET in text for text in seen)


def test_a_log_line_cannot_be_forged(embedded, start_hub, client):
    """What a peer chooses goes into a line escaped: one event stays one line."""
    hub = start_hub(embedded, ["--log", "json"])
    # An id with a line end is refused (test_text.py); quotes and braces are allowed.
    evil = people.Person('x","ev":"admin_login {"ev":"forged"}', "client", "Eve\r\nev=forged")
    hub.live(evil)
    hub.close_clients()
    line = wait_for_line(hub, "ws_close", user=evil.id)
    assert line["ev"] == "ws_close"
    assert not [x for x in log_lines(hub) if x["ev"] == "forged"]


def test_another_name_in_host_opens_nothing(hub_alone, client):
    """A foreign host name for the hub's address gets only the pages and calls without a token."""
    own = hub_alone.rest(client)
    ticket = own.create()["id"]
    foreign = {"Host": "rebound.example", "Origin": "http://rebound.example"}
    for path, status in [
        ("/healthz", 200), ("/readyz", 200), ("/openapi.json", 200), ("/", 200), ("/metrics", 404),
        ("/api/me", 401), ("/api/tickets", 401), (f"/api/tickets/{ticket}", 401), ("/api/stats", 401),
        (f"/api/tickets/{ticket}/stream", 401),
    ]:
        answer = requests.get(
            f"{hub_alone.url}{path}", headers=foreign, timeout=10, allow_redirects=False
        )
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        assert "rebound" not in str(answer.headers), path
        if path != "/openapi.json":
            assert "rebound" not in answer.text, path
    posted = requests.post(
        f"{hub_alone.url}/api/tickets", json={}, headers=foreign, timeout=10
    )
    assert posted.status_code == 401
    # The token decides, not the host name: with a token, any name may be used.
    signed_in = {"Host": "rebound.example", "Authorization": f"Bearer {people.token(client)}"}
    assert requests.get(f"{hub_alone.url}/api/me", headers=signed_in, timeout=10).status_code == 200
    cross = signed_in | {"Origin": hub_alone.url}
    assert requests.get(f"{hub_alone.url}/api/me", headers=cross, timeout=10).status_code == 403
