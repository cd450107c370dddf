"""Revoked tokens: within five seconds nothing more is sent for them, on any transport."""

import contextlib
import threading
import time

import pytest
import requests

from support import people
from support.files import upload
from support.hub import command
from support.live import Live, Refused
from support.observe import metric, wait_for_line, wait_until

LIMIT_SECONDS = 5


@pytest.fixture
def revoked(tmp_path):
    """The file that the hub watches, empty at first."""
    file = tmp_path / "revoked"
    file.write_text("# nobody yet\n")
    return file


@pytest.fixture
def watched(embedded, start_hub, revoked):
    return start_hub(embedded, ["--log", "json"], REVOKED=revoked)


def test_a_revoked_token_closes_its_sockets_amid_the_traffic(watched, revoked, client, lina):
    theirs, ours = watched.live(client), watched.live(lina)
    ticket = theirs.create()["id"]
    ours.join(ticket)
    stop = threading.Event()

    def talk():
        while not stop.is_set():
            ours.message(ticket, "one of many")
            time.sleep(0.06)

    talker = threading.Thread(target=talk)
    talker.start()
    try:
        theirs.wait("event")
        revoked.write_text(f"{client.id}\n")
        began = time.monotonic()
        assert theirs.close_code() == 4401
        assert time.monotonic() - began < LIMIT_SECONDS
    finally:
        stop.set()
        talker.join()
    line = wait_for_line(watched, "ws_close", user=client.id)
    assert (line["code"], line["reason"]) == ("4401", "token revoked")
    ours.message(ticket, "the others go on")


def test_a_revoked_token_is_refused_everywhere_and_a_newer_one_is_good(watched, revoked, client):
    now = int(time.time())
    old, new = people.token(client, iat=now - 100), people.token(client, iat=now)
    for token in (old, new):
        Live(watched.port, token).close()
    revoked.write_text(f"{client.id} {now - 50}  # a lost telephone\n")
    wait_for_line(watched, "revocations_read", people="1")

    def me(token):
        headers = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{watched.url}/api/me", headers=headers, timeout=10).status_code

    assert (me(old), me(new), me(people.token(client))) == (401, 200, 401)
    live = Live(watched.port, new)
    with pytest.raises(Refused) as refused:
        live.ask("auth", token=old)
    assert refused.value.frame["code"] == "unauthorized"
    live.close()
    with pytest.raises(Exception, match="401"):
        Live(watched.port, old)


def test_streams_and_long_polls_end_too(watched, revoked, client):
    mine = watched.rest(client)
    ticket = mine.create()
    other = mine.create()
    stream = mine.get(f"/api/tickets/{ticket['id']}/stream", stream=True)
    answers = []
    poll = threading.Thread(
        target=lambda: answers.append(
            mine.call("GET", f"/api/tickets/{other['id']}/events?after=1&wait=30")
        )
    )
    poll.start()
    wait_until(lambda: metric(watched, "rooms") == 2, "the stream and the poll to be in their rooms")
    began = time.monotonic()
    revoked.write_text(f"{client.id}\n")
    list(stream.iter_content(None))
    poll.join()
    assert time.monotonic() - began < LIMIT_SECONDS
    assert answers[0].status_code == 401


def test_a_download_ends_with_its_token(embedded, start_hub, revoked, client):
    hub = start_hub(embedded, ["--workers", "1", "--log", "json"], REVOKED=revoked)
    mine, size = hub.rest(client), 24 * 1024 * 1024
    file = upload(mine, bytes(size), "large.bin")
    answer = mine.get(file["url"], stream=True)
    pieces = answer.iter_content(65536)
    taken = len(next(pieces))
    revoked.write_text(f"{client.id}\n")
    wait_until(lambda: mine.get("/api/me", expect=None).status_code == 401, "the revocation")
    with contextlib.suppress(requests.RequestException):
        for piece in pieces:
            taken += len(piece)
    assert taken < size


def test_a_revoked_person_stays_revoked_when_the_file_breaks_or_goes(watched, revoked, client, lina):
    mallory = people.Person("Mallory Malone", "client", "Mallory")
    revoked.write_bytes(f"\ufeff{client.id}\r\n".encode())
    wait_for_line(watched, "revocations_read", people="1")

    def refused(*everybody):
        for someone in everybody:
            watched.rest(someone).get("/api/me", expect=401)

    refused(client)
    revoked.write_text(f'{{"person": 12}}\n{mallory.id}\n')
    line = wait_for_line(watched, "revocations_unreadable")
    assert "line 1" in line["reason"]
    refused(client, mallory)
    revoked.write_text("")
    wait_until(lambda: "it is empty" in watched.log, "a complaint about the empty file")
    refused(client, mallory)
    revoked.unlink()
    wait_until(lambda: "it is not there" in watched.log, "a complaint about the missing file")
    refused(client, mallory)
    watched.rest(lina).get("/api/me")
    revoked.write_text(f"{lina.id}\n")
    wait_until(
        lambda: watched.rest(client).call("GET", "/api/me").status_code == 200,
        "the new file to let the others in",
    )
    refused(lina)
    watched.rest(mallory).get("/api/me")


def test_a_list_that_cannot_be_read_stops_the_start(tmp_path):
    broken = tmp_path / "revoked"
    broken.write_text('\n{"person": "somebody\n')
    for file, reason in ((broken, "line 2"), (tmp_path / "none", "No such file")):
        serve = ["serve", "--listen", "127.0.0.1:0", "--store", f"sqlite:{tmp_path}/a.db"]
        ended = command(*serve, GUICHET_REVOKED=file)
        assert ended.returncode == 2
        assert "GUICHET_REVOKED" in ended.stderr and reason in ended.stderr
