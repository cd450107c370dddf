"""Budgets of one person over all their connections: requests beyond them are refused with a time
to wait, and other people are not affected."""

import concurrent.futures
import itertools
import random
import uuid

import pytest
import requests
from websockets.exceptions import InvalidStatus

from support import observe, people
from support.live import Refused
from support.rest import assert_problem

# The other tests play many people with few; here the limits are those of the documentation.
DEFAULTS = dict.fromkeys(
    [
        "CREATIONS_PER_HOUR",
        "REQUESTS_PER_SECOND",
        "SEARCHES_PER_SECOND",
        "SOCKETS_PER_PERSON",
        "STREAMS_PER_PERSON",
    ]
)
BURST = 100
NEW = {
    "title": "A flood",
    "description": "of tickets",
    "category": "incident",
    "priority": "low",
    "project": "atelier",
}


@pytest.fixture
def strict(embedded, start_hub):
    return start_hub(embedded, **DEFAULTS)


def post(hub, token, path, body):
    return requests.post(
        hub.url + path, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=10
    )


def in_parallel(ask, count, threads=8):
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda _: ask(), range(count)))


def is_over(answer):
    """The refusal of a budget: 429, with the same time in header and body."""
    if answer.status_code != 429:
        return False
    problem = assert_problem(answer, 429, "rate_limited")
    assert int(answer.headers["Retry-After"]) == problem["retryAfter"] >= 1
    return True


def test_a_client_opens_sixty_tickets_an_hour_and_a_retry_is_no_ticket(strict, client, lina):
    mine = strict.rest(client)
    keys = [uuid.uuid4().hex for _ in range(60)]
    made = [mine.create(f"ticket {key}", key=key)["ref"] for key in keys]
    refused = post(strict, people.token(client), "/api/tickets", NEW)
    assert is_over(refused) and 1 <= refused.json()["retryAfter"] <= 60
    # A repeated key is answered as it was, and its ticket counts once.
    assert mine.create(f"ticket {keys[0]}", key=keys[0])["ref"] == made[0]
    # The same over the other transport; and the colleague has a budget of their own.
    live = strict.live(client)
    with pytest.raises(Refused) as refusal:
        live.ask("create", set=NEW)
    assert refusal.value.code == "rate_limited" and refusal.value.frame["retryAfter"] >= 1
    theirs = strict.rest(lina)
    for _ in range(61):
        theirs.create()


def test_commands_are_counted_over_rest_and_sockets_together(strict, client, lina):
    ticket = strict.rest(client).create()["id"]
    token = people.token(client)
    lives = [strict.live(client) for _ in range(2)]
    for live in lives:
        live.join(ticket)

    def say():
        return post(strict, token, f"/api/tickets/{ticket}", {"body": "again"})

    answers = in_parallel(say, 2 * BURST)
    passed = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if is_over(answer)]
    assert len(passed) + len(refused) == len(answers) and refused
    with pytest.raises(Refused) as refusal:
        for _ in range(2 * BURST):
            lives[0].message(ticket, "and again")
    assert refusal.value.code == "rate_limited"
    # Reading costs nothing, and the refused were not written.
    assert strict.rest(client).get(f"/api/tickets/{ticket}").json()["messageCount"] >= len(passed)
    strict.rest(lina).say(ticket, "I am not held up.")
    observe.wait_for_metric(strict, 'refusals_total{reason="rate_limited"}', len(refused))


def test_a_search_flood_leaves_room_for_others(strict, client, lina):
    strict.rest(client).create("needle in the stack")
    flooders = strict.rest(client)
    token = people.token(client)
    honest = strict.rest(lina)

    def search():
        return requests.get(
            f"{strict.url}/api/tickets",
            params={"q": "needle"},
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        flood = [pool.submit(search) for _ in range(100)]
        found = [honest.get("/api/tickets", params={"q": "needle"}) for _ in range(20)]
        answers = [answer.result() for answer in flood]
    assert all(len(answer.json()["tickets"]) == 1 for answer in found)
    assert {answer.status_code for answer in answers} == {200, 429}
    assert all(is_over(answer) for answer in answers if answer.status_code == 429)
    assert flooders.get("/api/me").json()["id"] == client.id


def test_a_queue_of_words_over_the_budget_is_refused_before_it_streams(
    embedded, start_hub, lina
):
    hub = start_hub(embedded, **DEFAULTS | {"SEARCHES_PER_SECOND": 1})
    for _ in range(60):
        with requests.get(
            f"{hub.url}/api/queue/stream",
            params={"q": "needle"},
            headers={"Authorization": f"Bearer {people.token(lina)}"},
            stream=True,
            timeout=10,
        ) as answer:
            if is_over(answer):
                return
            # It searches too, or its stream would have ended without a byte.
            assert answer.status_code == 200
            assert next(answer.iter_lines(chunk_size=1)).startswith(b"id: ")
    pytest.fail("sixty searches in a row fit the budget")


def test_sockets_and_streams_of_a_person_are_counted(embedded, start_hub, client, lina):
    hub = start_hub(embedded, SOCKETS_PER_PERSON=3, STREAMS_PER_PERSON=2)
    ticket = hub.rest(client).create()["id"]
    lives = [hub.live(client) for _ in range(3)]
    with pytest.raises(InvalidStatus) as refusal:
        hub.live(client)
    assert refusal.value.response.status_code == 429
    assert int(refusal.value.response.headers["Retry-After"]) >= 1
    assert hub.live(lina).hello["you"]["id"] == lina.id
    lives[0].close()
    observe.wait_until(lambda: opens(hub, client), "room for a socket")

    headers = {"Authorization": f"Bearer {people.token(client)}"}

    def stream():
        return requests.get(
            f"{hub.url}/api/tickets/{ticket}/stream", headers=headers, stream=True, timeout=10
        )

    streams = [stream(), stream()]
    assert [answer.status_code for answer in streams] == [200, 200]
    assert is_over(stream())
    poll = f"{hub.url}/api/tickets/{ticket}/events?after=1&wait=1"
    assert is_over(requests.get(poll, headers=headers, timeout=10))
    streams[0].close()
    observe.wait_until(lambda: stream().status_code == 200, "room for a stream")


def opens(hub, person):
    try:
        hub.live(person)
    except InvalidStatus:
        return False
    return True


def test_no_filter_is_without_bound_and_none_leaves_memory_behind(strict, client, lina):
    rest = strict.rest(client)
    statuses = ["open", "waiting", "resolved", "closed", "in_progress"]
    for chosen in (random.choices(statuses, k=100) for _ in range(300)):
        rest.get("/api/tickets", params={"limit": 1, "status": ",".join(chosen)})
    before = observe.resident_bytes(strict.process.pid)
    for chosen in (random.choices(statuses, k=100) for _ in range(600)):
        rest.get("/api/tickets", params={"limit": 1, "status": ",".join(chosen)})
    # It was 80 KB for each other spelling.
    assert observe.resident_bytes(strict.process.pid) - before < 12 << 20

    for name, value in [("status", "open"), ("tag", "a"), ("project", "p"), ("client", "c")]:
        too_many = ",".join(itertools.repeat(value, 101))
        assert_problem(
            rest.get("/api/tickets", params={name: too_many}, expect=None), 400, "too_large", name
        )
    live = strict.live(lina)
    with pytest.raises(Refused) as refusal:
        live.ask("queue.join", filter={"tag": [f"t{n}" for n in range(100_000)]})
    assert (refusal.value.code, refusal.value.field) == ("too_large", "tag")


def test_a_peers_own_close_codes_make_one_series(strict, client):
    for code in (3000, 3001, 4000, 4999):
        strict.live(client).socket.close(code)
    observe.wait_for_metric(strict, 'ws_closed_total{code="other"}', at_least=4)
    assert not any("4000" in name or "3001" in name for name in observe.metrics(strict))


@pytest.mark.parametrize("value", ["60,600,6", "many", "-1", "60,x"])
def test_malformed_numbers_stop_the_start(embedded, tmp_path, value):
    from support.hub import command

    ended = command(
        "serve", "--listen", "127.0.0.1:0", "--store", embedded.uri,
        GUICHET_CREATIONS_PER_HOUR=value,
    )
    assert ended.returncode == 2
    assert "GUICHET_CREATIONS_PER_HOUR" in ended.stderr and "60,600" in ended.stderr
