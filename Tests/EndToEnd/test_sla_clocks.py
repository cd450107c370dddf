"""Deadlines of seconds, and of hours that the test skips: pauses, crashes, nights, clock jumps."""

import datetime
import json
import signal

import pytest

from support import people, working_time
from support.live import Live
from support.observe import wait_for_line, wait_until
from support.wall_clock import DAY_SECONDS, WallClock, needs_faketime

SECOND = datetime.timedelta(seconds=1)


def moment(text):
    return datetime.datetime.fromisoformat(text)


def policies(seconds, **calendar):
    """Policies with this many seconds for normal tickets and 100 times as many for low ones."""

    def promise(priority, seconds):
        return {
            "match": {"priority": priority},
            "firstResponseMinutes": None,
            "nextResponseMinutes": None,
            "targetHours": seconds / 3600,
        }

    return {"policies": [promise("normal", seconds), promise("low", seconds * 100)]} | calendar


def alarms(rest, ticket, clock="resolution"):
    """A clock's timer events: phases, with the percent of warnings."""
    return [
        (fact["phase"], fact.get("percent"))
        for event in rest.events(ticket)["events"]
        if event["kind"] == "sla"
        for fact in event["sla"]
        if fact["clock"] == clock
    ]


def breach_of(rest, ticket, seconds=20):
    """Waits for the event of the breach."""

    def find():
        return next(
            (
                event
                for event in rest.events(ticket)["events"]
                if any(f["phase"] == "breached" for f in event.get("sla") or [])
            ),
            None,
        )

    return wait_until(find, "the breach", seconds)


@pytest.fixture
def start(start_hub, tmp_path):
    def start(store, content, **settings):
        file = tmp_path / "sla.json"
        file.write_text(json.dumps(content))
        return start_hub(store, ["--log", "json"], SLA=file, **settings)

    return start


def test_a_policy_of_seconds_warns_and_breaches(store, start, client, lina):
    hub = start(store, policies(3))
    ticket = hub.rest(client).create()
    rest = hub.rest(lina)
    breach = breach_of(rest, ticket["id"])
    deadline = moment(ticket["createdAt"]) + 3 * SECOND
    assert moment(ticket["sla"]["deadlineAt"]) == deadline
    assert datetime.timedelta(0) <= moment(breach["at"]) - deadline <= SECOND
    assert alarms(rest, ticket["id"]) == [("warning", 75), ("warning", 90), ("breached", None)]
    for event in rest.events(ticket["id"])["events"][1:]:
        assert (event["kind"], event["cause"], event["by"]["role"]) == ("sla", "sla", "system")


def test_a_pause_is_banked_through_every_recalculation(store, start, client, lina):
    hub = start(store, policies(4))
    rest = hub.rest(lina)
    ticket = hub.rest(client).create()
    path = f"/api/tickets/{ticket['id']}"
    created = moment(ticket["createdAt"])
    paused = rest.patch(path, {"action": "wait"}).json()["sla"]
    assert paused["state"] == "paused" and paused["pausedAt"]
    # Both while the clock stands still.
    slow = rest.patch(path, {"priority": "low"}).json()["sla"]
    assert slow["state"] == "paused"
    assert moment(slow["deadlineAt"]) == created + 400 * SECOND
    fast = rest.patch(path, {"priority": "normal"}).json()["sla"]
    assert moment(fast["deadlineAt"]) == created + 4 * SECOND
    # Another ticket's deadline is the proof that this one's has passed by the clock on the wall.
    breach_of(rest, hub.rest(client).create()["id"])
    assert alarms(rest, ticket["id"]) == []
    resumed = hub.rest(client).say(ticket["id"], "Here it is.")["ticket"]["sla"]
    assert resumed["state"] == "running" and resumed["pausedMs"] >= 4000
    banked = datetime.timedelta(milliseconds=resumed["pausedMs"])
    assert moment(resumed["deadlineAt"]) == created + 4 * SECOND + banked
    for seconds, priority in ((400, "low"), (4, "normal")):
        sla = rest.patch(path, {"priority": priority}).json()["sla"]
        assert sla["pausedMs"] == resumed["pausedMs"]
        assert moment(sla["deadlineAt"]) == created + seconds * SECOND + banked
    breach_of(rest, ticket["id"])
    assert alarms(rest, ticket["id"]).count(("breached", None)) == 1


def test_nothing_falls_due_outside_working_hours(store, start, client, lina):
    now = datetime.datetime.now(working_time.UTC)
    content = policies(2, calendars={"later": working_time.elsewhen(now, 3)})
    content["policies"][0]["calendar"] = "later"
    hub = start(store, content)
    rest = hub.rest(lina)
    ticket = hub.rest(client).create()
    opening = moment(ticket["sla"]["deadlineAt"]) - 2 * SECOND
    assert (opening.hour, opening.minute, opening.second) == (0, 0, 0)
    assert opening > now
    # Two seconds and more pass for a ticket that runs by the clock on the wall.
    other = hub.rest(client).create(priority="low")["id"]
    rest.patch(f"/api/tickets/{other}", {"targetHours": 2.5 / 3600})
    breach_of(rest, other)
    assert alarms(rest, ticket["id"]) == []
    # A pause before the doors open costs nothing.
    path = f"/api/tickets/{ticket['id']}"
    rest.patch(path, {"action": "wait"})
    resumed = hub.rest(client).say(ticket["id"], "Here it is.")["ticket"]["sla"]
    assert resumed["deadlineAt"] == ticket["sla"]["deadlineAt"]


def test_response_clocks_have_seconds_too(store, start, client, lina):
    policy = {"firstResponseMinutes": 0.04, "nextResponseMinutes": 0.03, "targetHours": None}
    hub = start(store, {"policies": [policy]})
    rest = hub.rest(lina)
    ticket = hub.rest(client).create()["id"]
    breach_of(rest, ticket)
    told = alarms(rest, ticket, "firstResponse")
    assert told == [("warning", 75), ("warning", 90), ("breached", None)]
    said = rest.say(ticket, "Sorry.")
    assert [f["phase"] for f in said["event"]["sla"]] == ["missed"]
    hub.rest(client).say(ticket, "And now?")
    wait_until(
        lambda: ("breached", None) in alarms(rest, ticket, "nextResponse"), "the next breach", 20
    )
    assert alarms(rest, ticket, "nextResponse").count(("breached", None)) == 1


def test_each_breach_comes_once_whenever_the_hub_dies(store, start, client, lina):
    hub = start(store, policies(3))
    tickets = [hub.rest(client).create() for _ in range(25)]
    for ticket in tickets[::2]:
        seconds = 1 + tickets.index(ticket) / 10
        hub.rest(lina).patch(f"/api/tickets/{ticket['id']}", {"targetHours": seconds / 3600})
    for _ in range(2):
        breach_of(hub.rest(lina), tickets[0]["id"])
        hub.close_clients()
        hub.kill()
        hub.start()
    rest = hub.rest(lina)
    found = {t["id"]: breach_of(rest, t["id"]) for t in tickets}
    for ticket in tickets:
        told = alarms(rest, ticket["id"])
        assert told.count(("breached", None)) == 1, told
        assert told.count(("warning", 75)) <= 1 and told.count(("warning", 90)) <= 1, told
    for event in found.values():
        deadline = next(f["deadlineAt"] for f in event["sla"] if f["phase"] == "breached")
        assert moment(event["at"]) >= moment(deadline)


@pytest.fixture
def clock(monkeypatch, tmp_path):
    return WallClock(monkeypatch, tmp_path)


@needs_faketime
def test_a_clock_that_jumps_breaches_once_and_is_logged(store, clock, start, client, lina):
    hub = start(store, policies(7200))
    month = 30 * DAY_SECONDS
    rest, asking = hub.rest(lina, ttl=month), hub.rest(client, ttl=month)
    early = asking.create()["id"]
    clock.jump(hub, "+3h")
    breach_of(rest, early)
    line = wait_for_line(hub, "clock_jump")
    assert abs(int(line["ms"]) - 3 * 3_600_000) < 60_000
    wait_for_line(hub, "sla_late", ticket=early)
    # Back, and three days ahead: past alarms are not repeated, due ones fire.
    paused = asking.create()["id"]
    rest.patch(f"/api/tickets/{paused}", {"action": "wait"})
    late = asking.create()["id"]
    clock.jump(hub, "-2h")
    resumed = asking.say(paused, "Here it is.")["ticket"]["sla"]
    assert resumed["pausedMs"] == 0 and resumed["state"] == "running"
    clock.jump(hub, "+3d")
    breach_of(rest, late)
    breach_of(rest, paused)
    clock.jump(hub, "+0")
    for ticket in (early, paused, late):
        told = alarms(rest, ticket)
        assert told.count(("breached", None)) == 1, told
        log = rest.events(ticket)["events"]
        assert [event["seq"] for event in log] == list(range(1, len(log) + 1))


@needs_faketime
def test_built_in_targets_warn_and_breach_at_their_minutes(store, clock, start_hub, client, lina):
    hub = start_hub(store, ["--log", "json"])
    rest = hub.rest(lina, ttl=DAY_SECONDS)
    ticket = hub.rest(client).create(priority="urgent")["id"]
    told = {"firstResponse": [], "resolution": []}
    for at, name, phase, percent in [
        ("+23m", "firstResponse", "warning", 75),
        ("+28m", "firstResponse", "warning", 90),
        ("+31m", "firstResponse", "breached", None),
        ("+181m", "resolution", "warning", 75),
        ("+217m", "resolution", "warning", 90),
        ("+241m", "resolution", "breached", None),
    ]:
        clock.jump(hub, at)
        told[name].append((phase, percent))
        wait_until(lambda: alarms(rest, ticket, name) == told[name], f"{told[name]} at {at}")


@needs_faketime
def test_deadlines_of_a_night_asleep_or_off_breach_once(
    store, clock, start_hub, client, lina
):
    hub = start_hub(store, ["--log", "json"])
    week = 7 * DAY_SECONDS
    asking = hub.rest(client, ttl=week)
    watching = Live(hub.port, people.token(lina, ttl=week))
    hub.clients.append(watching)
    slept_through = [asking.create(priority="urgent")["id"] for _ in range(3)]
    watching.join(slept_through[0])
    # The machine sleeps: nothing of it runs, and ten hours later it finds another time.
    hub.process.send_signal(signal.SIGSTOP)
    clock.set("+10h")
    hub.process.send_signal(signal.SIGCONT)
    rest = hub.rest(lina, ttl=week)
    for ticket in slept_through:
        breach_of(rest, ticket)
    late = wait_for_line(hub, "sla_late", ticket=slept_through[0])
    assert int(late["late_ms"]) > 5 * 3_600_000
    assert watching.event(kind="sla")["ticket"] == slept_through[0], "the socket slept too"
    # The hub is off for a night: alarms that fell due meanwhile fire at the start.
    switched_off = asking.create(priority="urgent")["id"]
    hub.close_clients()
    hub.kill()
    clock.set("+20h")
    hub.start()
    rest = hub.rest(lina, ttl=week)
    breach_of(rest, switched_off)
    for ticket in [*slept_through, switched_off]:
        for name in ("firstResponse", "resolution"):
            told = alarms(rest, ticket, name)
            assert told == [("breached", None)], "the gravest alone, and once"
