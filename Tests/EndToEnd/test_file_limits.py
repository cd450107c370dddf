"""Limits of uploads, crashes during uploads, and many at once (docs/protocol.md 9.1 and 14.3)."""

import os
import threading
import time

from support import people
from support.files import (
    FORM_END,
    PNG,
    SlowUpload,
    download,
    entries,
    folder,
    part_head,
    stored_pieces,
    upload,
)
from support.hub import command
from support.observe import metric, resident_bytes, wait_for_line, wait_until
from support.rest import assert_problem

LIMIT = 100_000


def test_the_limit_is_the_files_to_the_byte(store, start_hub, client):
    hub = start_hub(store, MAX_UPLOAD_BYTES=LIMIT)
    mine = hub.rest(client)
    assert hub.live(client).hello["limits"]["uploadBytes"] == LIMIT
    assert upload(mine, b"x" * LIMIT)["size"] == LIMIT
    assert_problem(upload(mine, b"x" * (LIMIT + 1), expect=413), 413, "too_large")
    # Announced as far too long: refused before any of it is read.
    huge = SlowUpload(hub, people.token(client), length=10**12)
    assert huge.status() == 413
    huge.close()
    for size, status in ((LIMIT, 201), (LIMIT + 1, 413)):
        chunked = SlowUpload(hub, people.token(client))
        chunked.send(part_head() + b"x" * (size - 10))
        chunked.send(b"x" * 10 + FORM_END)
        chunked.end()
        assert chunked.status() == status
        chunked.close()
    assert len(entries(store)) == 2
    wait_until(lambda: stored_pieces(store) == 2, "the bytes of the refused to go")


def test_a_body_without_end_is_cut(hub_alone, client):
    """Refused at the limit while streaming, however much would follow."""
    endless = SlowUpload(hub_alone, people.token(client))
    endless.send(part_head())
    sent = 0
    try:
        while sent < 200 * 2**20:
            endless.send(b"x" * 2**20)
            sent += 2**20
    except (ConnectionError, TimeoutError):
        pass
    assert 25 * 2**20 <= sent < 100 * 2**20
    endless.close()


def test_quotas_are_a_persons_own(store, start_hub, client):
    hub = start_hub(store, UPLOAD_DAILY_FILES=3, UPLOAD_DAILY_BYTES=50_000)
    mine, other = hub.rest(client), hub.rest(people.client())
    for _ in range(3):
        upload(mine, b"x" * 100)
    answer = upload(mine, b"x", expect=429)
    problem = assert_problem(answer, 429, "rate_limited")
    assert "3 files" in problem["detail"] and int(answer.headers["Retry-After"]) > 0
    upload(other, b"x" * 30_000)
    answer = upload(other, b"x" * 30_000, expect=429)
    assert "50000 bytes" in assert_problem(answer, 429, "rate_limited")["detail"]
    assert upload(other, b"x" * 10_000)["size"] == 10_000


def test_a_repeated_upload_needs_no_quota(store, start_hub, client):
    hub = start_hub(store, UPLOAD_DAILY_FILES=2)
    mine = hub.rest(client)
    key = {"headers": {"Idempotency-Key": "k1"}}
    content = b"x" * 300_000
    first = upload(mine, content, **key)
    upload(mine)
    upload(mine, expect=429)
    assert upload(mine, content, **key) == first | {"replayed": True}
    refused = upload(mine, b"other", expect=409, **key)
    assert_problem(refused, 409, "key_mismatch", field="key")
    refused = upload(mine, expect=429, headers={"Idempotency-Key": "k2"})
    assert int(refused.headers["Retry-After"]) > 0
    assert_problem(refused, 429, "rate_limited")
    assert metric(hub, "uploads_under_way") == 0


def test_a_person_has_eight_uploads_at_once(hub_alone, client):
    token = people.token(client)
    body = part_head() + b"x" * 1000 + FORM_END
    uploads = [SlowUpload(hub_alone, token, len(body)) for _ in range(8)]
    for each in uploads:
        each.send(body[:-10])
    wait_until(lambda: metric(hub_alone, "uploads_under_way") == 8, "eight uploads")
    ninth = SlowUpload(hub_alone, token, len(body))
    assert ninth.status() == 429
    ninth.close()
    upload(hub_alone.rest(people.client()))
    uploads.pop().close()
    wait_until(lambda: metric(hub_alone, "uploads_under_way") == 7, "one to be given up")
    upload(hub_alone.rest(client))
    for each in uploads:
        each.send(body[-10:])
        assert each.status() == 201
        each.close()
    assert metric(hub_alone, "uploads_under_way") == 0


def test_a_disk_that_fills_up_refuses_uploads_and_nothing_else(embedded, start_hub, client):
    hub = start_hub(embedded, UPLOAD_FREE_PERCENT=100)
    mine = hub.rest(client)
    assert_problem(upload(mine, expect=507), 507, "unavailable")
    mine.say(mine.create()["id"], "words still go")
    assert entries(embedded) == {} and stored_pieces(embedded) == 0
    assert metric(hub, "uploads_under_way") == 0


def test_a_hub_that_cannot_keep_files_says_so_at_the_start(embedded):
    folder(embedded).write_text("not a folder")
    ended = command("serve", "--listen", "127.0.0.1:0", "--store", embedded.uri)
    assert ended.returncode == 2
    assert str(folder(embedded)) in ended.stderr and "make it for this user" in ended.stderr


# Crashes


def test_kill_in_the_midst_leaves_no_entry(store, start_hub, client):
    hub = start_hub(store)
    mine = hub.rest(client)
    whole = upload(mine)
    token = people.token(client)
    length = len(part_head()) + 2_000_000 + len(FORM_END)
    for sent in (0, 10, 1000, 300_000, 2_000_000):
        cut = SlowUpload(hub, token, length)
        cut.send((part_head() + b"x" * sent)[: length - 1])
        wait_until(lambda: metric(hub, "uploads_under_way") == 1, "the upload to begin")
        hub.kill()
        cut.close()
        hub.close_clients()
        hub.start()
        mine = hub.rest(client)
        assert list(entries(store)) == [whole["id"]]
        assert download(mine, whole).content == PNG
    ticket = mine.create(attachments=[whole["id"]])["id"]
    hub.kill()
    hub.start()
    assert entries(store)[whole["id"]]["ticket"] == ticket
    assert download(hub.rest(client), whole).content == PNG


def test_an_upload_that_breaks_off_leaves_nothing(hub, client):
    cut = SlowUpload(hub, people.token(client), 10_000_000)
    cut.send(part_head() + b"x" * 600_000)
    wait_until(lambda: stored_pieces(hub.store) > 0, "the first bytes")
    cut.close()
    wait_until(lambda: stored_pieces(hub.store) == 0, "the bytes to go")
    assert entries(hub.store) == {}
    assert metric(hub, "uploads_under_way") == 0


def test_debris_of_a_crash_goes_at_the_start(embedded, start_hub, client):
    hub = start_hub(embedded)
    kept = upload(hub.rest(client))
    hub.stop()
    old = time.time() - 4000
    home = folder(embedded)
    leftovers = [home / "tmp" / ("a" * 32), home / ("b" * 32)]
    fresh = [home / "tmp" / ("c" * 32), home / ("d" * 32)]
    foreign = home / "README"
    for path in [*leftovers, *fresh, foreign]:
        path.write_bytes(b"x")
    for path in [*leftovers, foreign]:
        os.utime(path, (old, old))
    kept_path = next(p for p in home.iterdir() if p.name not in ("tmp", "README") and p.stat().st_size > 1)
    os.utime(kept_path, (old, old))
    hub.start()
    wait_until(lambda: metric(hub, "files_debris_total") == 2, "the debris to go")
    assert not any(path.exists() for path in leftovers)
    assert all(path.exists() for path in [*fresh, foreign, kept_path])
    assert download(hub.rest(client), kept).content == PNG


def test_what_was_acknowledged_survives_kill(store, start_hub, client):
    hub = start_hub(store)
    mine = hub.rest(client)
    files = []
    for round in range(4):
        content = os.urandom(300_000 + round)
        files.append((upload(mine, content), content))
        hub.kill()
        hub.close_clients()
        hub.start()
        mine = hub.rest(client)
    for file, content in files:
        assert download(mine, file).content == content


# Many at once


def test_many_large_uploads_need_no_memory(store, start_hub):
    """Fifty uploads of 8 MiB at a time; the hub may grow by less than 64 MiB."""
    hub = start_hub(store, MAX_UPLOAD_BYTES=8 * 2**20)
    body = part_head() + b"x" * (8 * 2**20) + FORM_END
    clients = [people.client() for _ in range(50)]
    upload(hub.rest(clients[0]))
    before = resident_bytes(hub.process.pid)
    statuses, peak = [], before

    def send(someone):
        each = SlowUpload(hub, people.token(someone), len(body), timeout=110)
        for start in range(0, len(body), 2**18):
            each.send(body[start : start + 2**18])
        statuses.append(each.status())
        each.close()

    threads = [threading.Thread(target=send, args=[someone], daemon=True) for someone in clients]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, resident_bytes(hub.process.pid))
        time.sleep(0.02)
    assert statuses == [201] * 50
    assert peak - before < 64 * 2**20, f"{(peak - before) / 2**20:.0f} MiB more"


def test_a_reader_of_a_large_file_who_stops_costs_little(hub, client):
    mine = hub.rest(client)
    file = upload(mine, os.urandom(20 * 2**20))
    before = resident_bytes(hub.process.pid)
    answers = [download(hub.rest(client), file, stream=True) for _ in range(10)]
    for answer in answers:
        assert len(next(answer.iter_content(1000))) == 1000
    assert resident_bytes(hub.process.pid) - before < 32 * 2**20
    for answer in answers:
        answer.close()


def test_a_slow_uploader_is_cut_off(embedded, start_hub, client):
    hub = start_hub(embedded, HEAD_SECONDS=1)
    slow = SlowUpload(hub, people.token(client), 1_000_000)
    slow.send(part_head())
    assert slow.status() == 408
    slow.close()
    wait_until(lambda: metric(hub, "uploads_under_way") == 0, "the upload to be given up")


def test_an_upload_under_way_ends_with_its_token(hub_alone, client):
    body = part_head() + PNG + FORM_END
    late = SlowUpload(hub_alone, people.token(client, ttl=2), len(body))
    late.send(body[:-1])
    time.sleep(3)  # until the token has expired, which nothing announces
    late.send(body[-1:])
    assert late.status() == 401
    late.close()
    assert entries(hub_alone.store) == {}


def test_a_drain_cuts_uploads_short(embedded, start_hub, client):
    hub = start_hub(embedded, options=["--log", "json"])
    cut = SlowUpload(hub, people.token(client), 1_000_000)
    cut.send(part_head())
    wait_until(lambda: metric(hub, "uploads_under_way") == 1, "the upload to begin")
    hub.begin_stop()
    assert cut.status() == 503
    assert hub.wait_for_exit() == 0
    wait_for_line(hub, "stopped")
    cut.close()
