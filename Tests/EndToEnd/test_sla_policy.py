"""GUICHET_SLA: targets by priority, category and project, in the hours of a calendar."""

import datetime
import json

import pytest

from support import people, working_time
from support.hub import command

OFFICE = {
    "timeZone": "Europe/Paris",
    "hours": {
        day: [["08:30", "12:00"], ["13:30", "18:00"]]
        for day in ["mon", "tue", "wed", "thu", "fri"]
    },
    "holidays": ["2026-12-25", "2027-01-01"],
}
CALENDARS = {
    "paris": OFFICE,
    "auckland": {**OFFICE, "timeZone": "Pacific/Auckland", "holidays": []},
    "new york": {**OFFICE, "timeZone": "America/New_York"},
    "always": {
        "timeZone": "Asia/Kathmandu",
        "hours": {day: [["00:00", "24:00"]] for day in working_time.DAYS},
    },
}


def policy(first=60, following=120, hours=8, **fields):
    return {
        "match": fields.pop("match", {}),
        "firstResponseMinutes": first,
        "nextResponseMinutes": following,
        "targetHours": hours,
        **fields,
    }


@pytest.fixture
def write(tmp_path):
    """Writes a file of settings and returns its name."""

    def write(content):
        file = tmp_path / "sla.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
        return str(file)

    return write


def moment(text):
    return working_time.parse(text)


def test_the_first_policy_that_matches_counts(store, start_hub, write, client, admin):
    file = write(
        {
            "policies": [
                policy(1, 2, 3, match={"project": "atelier", "priority": "urgent"}),
                policy(4, 5, 6, match={"category": ["change", "request"]}),
                policy(7, 8, 9.5, match={"priority": "urgent"}),
            ]
        }
    )
    rest = start_hub(store, SLA=file).rest(admin)
    expected = {
        ("urgent", "change", "atelier"): (1, 3),
        ("urgent", "change", "other"): (4, 6),
        ("normal", "request", "atelier"): (4, 6),
        ("urgent", "incident", "other"): (7, 9.5),
        ("low", "incident", "atelier"): (480, 72),
    }
    for (priority, category, project), (minutes, hours) in expected.items():
        fields = {"priority": priority, "category": category, "project": project}
        promise = rest.get("/api/sla/preview", params=fields).json()
        assert promise["firstResponse"]["targetMinutes"] == minutes
        assert promise["resolution"]["targetMinutes"] == hours * 60
        sla = rest.create(**fields)["sla"]
        assert (sla["firstResponse"]["targetMinutes"], sla["targetHours"]) == (minutes, hours)
        for clock in ("firstResponse", "resolution"):
            made = sla["deadlineAt"] if clock == "resolution" else sla[clock]["deadlineAt"]
            apart = moment(made) - moment(promise[clock]["deadlineAt"])
            assert abs(apart.total_seconds()) < 20


def test_deadlines_keep_to_their_calendars(store, start_hub, write, admin):
    rules = [policy(90, 120, 20, match={"project": name}, calendar=name) for name in CALENDARS]
    hub = start_hub(store, SLA=write({"calendars": CALENDARS, "policies": rules}))
    rest = hub.rest(admin)
    for name, calendar in CALENDARS.items():
        ticket = rest.create(project=name)
        start = moment(ticket["createdAt"])
        sla = ticket["sla"]
        first = working_time.deadline(calendar, start, 90)
        assert moment(sla["firstResponse"]["deadlineAt"]) == first, name
        assert moment(sla["deadlineAt"]) == working_time.deadline(calendar, start, 1200), name
        # A target by hand is counted in the same hours; this one lies beyond a change of clocks.
        changed = rest.patch(f"/api/tickets/{ticket['id']}", {"targetHours": 1000}).json()["sla"]
        assert moment(changed["deadlineAt"]) == working_time.deadline(calendar, start, 60_000), name


def test_no_deadline_where_nothing_is_promised(hub_with, client, lina):
    hub = hub_with([policy(None, None, None)])
    ticket = hub.rest(client).create()
    sla = ticket["sla"]
    assert (sla["state"], sla["deadlineAt"], sla["nextDue"]) == ("none", None, None)
    promise = hub.rest(client).get("/api/sla/preview").json()
    assert promise["resolution"] == {"targetMinutes": None, "deadlineAt": None}
    answered = hub.rest(lina).say(ticket["id"], "Hello")["ticket"]["sla"]
    assert answered["firstResponse"]["metAt"]
    assert hub.rest(lina).events(ticket["id"])["events"][-1].get("sla") in (None, [])


@pytest.fixture
def hub_with(store, start_hub, write):
    def start(policies):
        return start_hub(store, SLA=write({"policies": policies}))

    return start


def test_new_hours_move_a_deadline_and_the_event_says_so(store, start_hub, write, lina):
    now = datetime.datetime.now(working_time.UTC)
    later = working_time.elsewhen(now, 3)
    content = {
        "calendars": {"later": later},
        "policies": [
            policy(10, 10, 1, match={"priority": "urgent"}),
            policy(10, 10, 1, calendar="later"),
        ],
    }
    rest = start_hub(store, SLA=write(content)).rest(lina)
    ticket = rest.create()
    start = moment(ticket["createdAt"])
    assert moment(ticket["sla"]["deadlineAt"]) == working_time.deadline(later, start, 60)
    urgent = rest.patch(f"/api/tickets/{ticket['id']}", {"priority": "urgent"}).json()
    hour = datetime.timedelta(hours=1)
    assert moment(urgent["sla"]["deadlineAt"]) == start + hour
    event = rest.events(ticket["id"])["events"][-1]
    assert event["kind"] == "change" and event["changes"].keys() == {"priority"}
    assert {fact["clock"]: fact["phase"] for fact in event["sla"]} == {
        "resolution": "recalculated",
        "firstResponse": "recalculated",
    }
    told = {fact["clock"]: fact["deadlineAt"] for fact in event["sla"]}
    assert told["resolution"] == urgent["sla"]["deadlineAt"]
    # The target is the same, and only the hours differ.
    assert urgent["sla"]["targetHours"] == ticket["sla"]["targetHours"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{\n", "line 2: this is not JSON"),
        ({"policies": [{}]}, "line 3: policies[0]: “firstResponseMinutes” is missing"),
        (
            {"calendars": {"a": {"timeZone": "UTC", "hours": {}}}, "policies": []},
            "line 5: calendars.a.hours: no day has working hours",
        ),
        (
            {"calendars": {"a": {"timeZone": "Paris", "hours": OFFICE["hours"]}}, "policies": []},
            "line 4: calendars.a.timeZone: the time zone “Paris” is not known",
        ),
        (
            {"policies": [policy(calendar="b")]},
            "line 8: policies[0].calendar: there is no calendar “b”",
        ),
    ],
)
def test_a_file_with_an_error_is_refused_at_start(embedded, write, content, complaint):
    file = write(content)
    ended = command("serve", "--listen", "127.0.0.1:0", "--store", embedded.uri, GUICHET_SLA=file)
    assert ended.returncode == 2
    assert f"GUICHET_SLA: {file}, {complaint}" in ended.stderr, ended.stderr


def test_a_file_that_is_not_there_is_refused_at_start(embedded, tmp_path):
    for file in (tmp_path / "none.json", tmp_path):
        ended = command(
            "serve", "--listen", "127.0.0.1:0", "--store", embedded.uri, GUICHET_SLA=file
        )
        assert ended.returncode == 2
        assert f"GUICHET_SLA: the file {file} cannot be read" in ended.stderr


def test_the_store_is_whole_without_the_policy(store, start_hub, write, lina):
    hub = start_hub(store, SLA=write({"policies": [policy(1, 1, 0.5)]}))
    ticket = hub.rest(lina).create()["id"]
    for action in ("wait", "release", "wait", "resolve", "reopen"):
        hub.rest(lina).patch(f"/api/tickets/{ticket}", {"action": action})
    hub.close_clients()
    hub.stop()
    checked = command("check", "--store", store.uri)
    assert checked.returncode == 0, checked.stdout
    # Without the file the old promise stands until something is recalculated.
    hub.settings.pop("GUICHET_SLA")
    rest = hub.start().rest(people.admin())
    assert rest.get(f"/api/tickets/{ticket}").json()["sla"]["targetHours"] == 0.5
    changed = rest.patch(f"/api/tickets/{ticket}", {"priority": "low"}).json()
    assert changed["sla"]["targetHours"] == 72


DEFAULTS = [
    ("low", 480, 1440, 72),
    ("normal", 240, 480, 24),
    ("high", 60, 120, 8),
    ("urgent", 30, 60, 4),
]


def built_in():
    return [
        policy(first, following, hours, match={"priority": priority}, calendar=None)
        for priority, first, following, hours in DEFAULTS
    ]


def test_the_promises_can_be_read_by_those_whom_they_concern(embedded, start_hub, write):
    mine, shared = {"project": "atelier"}, {"project": ["atelier", "lab"], "category": "change"}
    rules = [
        policy(1, 2, 3.5, match=mine, calendar="paris"),
        policy(4, None, 6, match={"project": "lab"}, calendar="new york"),
        policy(7, 8, None, match=shared, calendar="always"),
        policy(9, 10, 11, match={"priority": ["urgent", "high"]}),
    ]
    hub = start_hub(embedded, SLA=write({"calendars": CALENDARS, "policies": rules}))
    all_rules = [{"calendar": None, **rule} for rule in rules] + built_in()
    for person in (people.technician("Lina"), people.admin("Gabriel")):
        seen = hub.rest(person).get("/api/sla").json()
        assert seen["policies"] == all_rules
        assert [calendar["name"] for calendar in seen["calendars"]] == list(CALENDARS)
        for calendar in seen["calendars"]:
            written = CALENDARS[calendar.pop("name")]
            assert calendar == {"holidays": [], **written}
    client = hub.rest(people.client("Claire", projects=["atelier"])).get("/api/sla").json()
    # What names other projects is left out, and so is their name where one of hers stands beside it.
    hers = [all_rules[0], {**all_rules[2], "match": {**shared, "project": "atelier"}}]
    assert client["policies"] == hers + all_rules[3:]
    assert [calendar["name"] for calendar in client["calendars"]] == ["paris", "always"]
    nobody = hub.rest(people.client("Nadia", projects=[])).get("/api/sla").json()
    assert nobody == {"calendars": [], "policies": all_rules[3:]}
    assert "/api/sla" in hub.rest(people.client("Claire")).get("/openapi.json").json()["paths"]
    hub.rest(people.client("Claire")).call("GET", "/api/sla?priority=low", 400)
    hub.rest(people.client("Claire")).call("POST", "/api/sla", 405)


def test_without_a_file_the_promises_are_the_built_in_ones(hub_alone, client):
    seen = hub_alone.rest(client).get("/api/sla").json()
    assert seen == {"calendars": [], "policies": built_in()}


def test_the_preview_hides_what_is_promised_elsewhere(embedded, start_hub, write, client, lina):
    rules = [
        policy(7, 7, 7, match={"project": "secret"}),
        policy(9, 9, 9, match={"project": "atelier"}),
        policy(240, 240, 24),
    ]
    hub = start_hub(embedded, SLA=write({"policies": rules}))

    def first(someone, **query):
        answer = hub.rest(someone).get("/api/sla/preview", params=query).json()
        return answer["firstResponse"]["targetMinutes"]

    assert first(client, project="secret") == first(client, project="none such") == 240
    assert (first(client, project="atelier"), first(lina, project="secret")) == (9, 7)
