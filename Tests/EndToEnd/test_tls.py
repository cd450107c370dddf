"""TLS in the hub itself: the same interfaces, encrypted, and a certificate that is renewed."""

import json
import signal
import socket
import ssl
import threading
import time

import pytest

from support import people
from support.certificates import Certificate
from support.conversations import DEMO
from support.hub import command


@pytest.fixture
def certificate(tmp_path):
    return Certificate(tmp_path)


@pytest.fixture
def trust(certificate):
    """What a client needs to trust the hub."""
    return ssl.create_default_context(cafile=certificate.certificate)


@pytest.fixture
def secure_hub(embedded, start_hub, certificate):
    return start_hub(embedded, certificate.options)


def rest(hub, someone, certificate):
    client = hub.rest(someone)
    client.session.trust_env = False  # whose bundle would win over ours
    client.session.verify = str(certificate.certificate)
    return client


def wrapped(hub, context):
    plain = socket.create_connection(("127.0.0.1", hub.port), timeout=10)
    return context.wrap_socket(plain, server_hostname="localhost")


def presented(hub, context):
    with wrapped(hub, context) as stream:
        return stream.getpeercert(binary_form=True)


def eventually(condition, what):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"


def test_rest_websocket_and_stream_work_over_tls(secure_hub, certificate, trust, client, lina):
    asking = rest(secure_hub, client, certificate)
    live = secure_hub.live(lina, ssl=trust)
    ticket = asking.create()["id"]
    live.join(ticket)
    stream = asking.get(f"/api/tickets/{ticket}/stream", stream=True)
    asking.say(ticket, "Over TLS.")
    assert live.event(ticket=ticket)["message"]["body"] == "Over TLS."
    live.message(ticket, "And back.")
    bodies = []
    for line in stream.iter_lines(chunk_size=1, decode_unicode=True):
        if line.startswith("data:") and "message" in (event := json.loads(line[5:])):
            bodies.append((event["message"] or {}).get("body"))
        if "And back." in bodies:
            break
    stream.close()
    assert bodies[-2:] == ["Over TLS.", "And back."]


def test_large_bodies_pass_both_ways(secure_hub, certificate, client):
    asking = rest(secure_hub, client, certificate)
    ticket = asking.create()["id"]
    lines = [f"{number} " + "é" * 4000 for number in range(20)]
    for line in lines:
        asking.say(ticket, line)
    events = asking.events(ticket)["events"]
    assert [event["message"]["body"] for event in events[1:]] == lines


def test_only_modern_tls_is_spoken_with_http_1_1_chosen(secure_hub, trust):
    trust.set_alpn_protocols(["h2", "http/1.1"])
    with wrapped(secure_hub, trust) as stream:
        assert stream.version() == "TLSv1.3"
        assert stream.selected_alpn_protocol() == "http/1.1"
        assert stream.compression() is None
    trust.maximum_version = ssl.TLSVersion.TLSv1_2
    with wrapped(secure_hub, trust) as stream:
        assert stream.version() == "TLSv1.2"
        assert stream.cipher()[0].startswith("ECDHE-")


def test_a_session_is_resumed_on_another_connection(secure_hub, trust):
    trust.maximum_version = ssl.TLSVersion.TLSv1_2
    with wrapped(secure_hub, trust) as stream:
        session = stream.session
    for _ in range(8):  # whichever worker takes it
        plain = socket.create_connection(("127.0.0.1", secure_hub.port), timeout=10)
        with trust.wrap_socket(plain, server_hostname="localhost", session=session) as stream:
            assert stream.session_reused


def test_browsers_are_told_to_stay_with_https(secure_hub, certificate, client):
    asking = rest(secure_hub, client, certificate)
    for path in ("/", "/healthz", "/api/me", "/nothing"):
        answer = asking.get(path, expect=None)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_plain_http_is_answered_with_a_hint_to_use_https(secure_hub):
    with socket.create_connection(("127.0.0.1", secure_hub.port), timeout=10) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while received := plain.recv(4096):
            answer += received
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"https://" in answer


def test_a_handshake_that_never_ends_is_cut_off_and_counted(
    embedded, start_hub, certificate, admin
):
    hub = start_hub(embedded, certificate.options, HANDSHAKE_SECONDS=1)
    with socket.create_connection(("127.0.0.1", hub.port), timeout=10) as silent:
        began = time.monotonic()
        assert silent.recv(1) == b""
        assert 0.9 < time.monotonic() - began < 4
    calling = rest(hub, admin, certificate)
    line = 'guichet_refusals_total{reason="tls_handshake"} 1'
    eventually(lambda: line in calling.get("/metrics").text, line)


def test_a_renewed_certificate_is_taken_while_connections_go_on(
    secure_hub, certificate, trust, client, tmp_path
):
    before = certificate.der
    assert presented(secure_hub, trust) == before
    live = secure_hub.live(client, ssl=trust)
    ticket = live.create()["id"]

    renewed = Certificate(tmp_path, "renewed")
    certificate.replace_with(renewed)
    secure_hub.process.send_signal(signal.SIGHUP)
    anyone = ssl.create_default_context(cafile=renewed.certificate)
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    eventually(lambda: presented(secure_hub, anyone) == renewed.der, "the new certificate")
    live.message(ticket, "Still here.")

    certificate.key.write_text("broken")
    secure_hub.process.send_signal(signal.SIGHUP)
    eventually(lambda: "certificate_reload_failed" in secure_hub.log, "a line in the log")
    assert presented(secure_hub, anyone) == renewed.der
    live.message(ticket, "And still.")


def test_reloading_under_load_drops_no_connection(secure_hub, certificate, trust):
    stop = threading.Event()
    failures = []

    def call_again_and_again():
        while not stop.is_set():
            try:
                with wrapped(secure_hub, trust) as stream:
                    stream.sendall(b"GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n")
                    assert stream.recv(4096).startswith(b"HTTP/1.1 200 ")
            except Exception as failure:
                failures.append(failure)

    callers = [threading.Thread(target=call_again_and_again) for _ in range(4)]
    for caller in callers:
        caller.start()
    for count in range(1, 21):
        secure_hub.process.send_signal(signal.SIGHUP)
        eventually(
            lambda: secure_hub.log_file.read_text().count("certificate_reloaded") >= count
            or count > 5,  # the log holds back a cause that repeats itself
            "a reload",
        )
    stop.set()
    for caller in callers:
        caller.join()
    assert failures == []


def test_every_connection_is_closed_properly_over_tls_too(secure_hub, trust, client):
    live = secure_hub.live(client, ssl=trust)
    secure_hub.begin_stop()
    live.wait("drain")
    assert live.close_code() == 1001
    assert secure_hub.wait_for_exit() == 0


def test_a_conversation_is_replayed_over_tls(secure_hub, certificate, client):
    hub = f"https://localhost:{secure_hub.port}"
    replay = ["replay", DEMO, "--hub", hub, "--at-once", 64]
    refused = command(*replay)
    assert refused.returncode == 1
    assert "self-signed certificate" in refused.stderr
    for trusting in (["--insecure"], {}), ([], {"SSL_CERT_FILE": certificate.certificate}):
        played = command(*replay, *trusting[0], **trusting[1])
        assert played.returncode == 0, played.stderr
    total = rest(secure_hub, people.admin(), certificate).get("/api/tickets").json()
    assert total["tickets"]


# Invalid options, and their one-line errors.
BAD_FILES = {
    "no_key": (lambda c: ["--tls-cert", c.certificate], "--tls-key"),
    "no_certificate": (lambda c: ["--tls-key", c.key], "--tls-cert"),
    "missing_file": (lambda c: ["--tls-cert", "none.pem", "--tls-key", c.key], "none.pem"),
    "a_folder": (lambda c: ["--tls-cert", c.key.parent, "--tls-key", c.key], "cannot be read"),
    "key_twice": (lambda c: ["--tls-cert", c.key, "--tls-key", c.key], "--tls-cert"),
    "certificate_twice": (
        lambda c: [c.certificate.chmod(0o600), *c.options[:3], c.certificate][1:],
        "not a private key",
    ),
    "open_key": (lambda c: [c.key.chmod(0o644), *c.options][1:], "chmod"),
    "empty_key": (lambda c: [c.key.write_text(""), *c.options][1:], "not a private key"),
    "other_key": (
        lambda c: [
            "--tls-cert",
            c.certificate,
            "--tls-key",
            Certificate(c.key.parent, "other").key,
        ],
        "not that of the certificate",
    ),
    "locked_key": (
        lambda c: Certificate(c.key.parent, "locked", password=b"secret").options,
        "encrypted",
    ),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_files_stop_the_start_with_one_clear_line(embedded, certificate, case):
    options, expected = BAD_FILES[case]
    serve = ["serve", "--listen", "127.0.0.1:0", "--store", embedded.uri]
    ended = command(*serve, *options(certificate))
    assert ended.returncode == 2
    # The MongoDB library may have a line of its own about this machine.
    lines = [line for line in ended.stderr.splitlines() if "mongoc" not in line]
    assert len(lines) == 1 and expected in lines[0], ended.stderr
    assert "listening" not in ended.stdout


def test_the_files_may_be_named_in_the_environment(embedded, start_hub, certificate, client):
    hub = start_hub(
        embedded,
        certificate.options[:2],
        TLS_KEY=certificate.key,
    )
    assert rest(hub, client, certificate).get("/api/me").json()["id"] == client.id
