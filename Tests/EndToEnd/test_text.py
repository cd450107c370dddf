"""Text is compared as bytes: two ids that only Unicode calls equal are two people."""

import pytest

from support import people
from support.observe import wait_for_line
from support.people import Person
from support.rest import assert_problem


@pytest.fixture
def logging_hub(embedded, start_hub):
    return start_hub(embedded, ["--log", "json"])


def test_an_id_that_only_looks_like_another_is_not_signed_in(logging_hub):
    hub = logging_hub
    kevin = Person("Kevin", "client", "Kevin", ("atelier",))
    ticket = hub.rest(kevin).create()["ref"]
    for twin in ["\u212aevin", "Kevin\u200b", " Kevin", "me", "none", "system", "jose\u0301", "a\nb"]:
        other = hub.rest(Person(twin, "client", "Twin", ("atelier",)))
        for path in ["/api/me", f"/api/tickets/{ticket}"]:
            refused = other.get(path, expect=401)
            assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    line = wait_for_line(hub, "token_refused")
    assert "'id'" in str(line)
    project = Person("anna", "client", "Anna", ("\u212aiosk",))
    hub.rest(project).get("/api/me", expect=401)


def test_texts_of_one_line_are_kept_in_one_spelling(hub, client, admin):
    mine, theirs = hub.rest(client), hub.rest(admin)
    snapshot = theirs.create(
        title=" Cafe\u0301\r\n\u202etfel ", project="Ate\u0301lier", tags=["e\u0301", "é", " é"]
    )
    assert snapshot["title"] == "Cafétfel" and snapshot["project"] == "Atélier" and snapshot["tags"] == ["é"]
    for spelled in ["Ate\u0301lier", "Atélier", " Atélier ", "Até\0lier"]:
        found = theirs.get("/api/tickets", params={"project": spelled}).json()["tickets"]
        assert [ticket["id"] for ticket in found] == [snapshot["id"]]
    found = theirs.get("/api/tickets", params={"tag": "e\u0301"}).json()["tickets"]
    assert [ticket["id"] for ticket in found] == [snapshot["id"]]
    live = hub.live(admin)
    assert live.ask("queue.join", filter={"project": "Ate\u0301lier"})["tickets"]
    ticket = mine.create()["id"]
    for body in ["\u200b", "\u2800 \u3164", "\ufeff"]:
        answer = mine.post(f"/api/tickets/{ticket}", {"body": body}, expect=400)
        assert_problem(answer, 400, "bad_request", "body")
    for name, value in [("title", "\u200b"), ("project", "\u202e"), ("description", "\u2060")]:
        new = {
            "title": "t", "description": "d", "category": "incident", "priority": "low",
            "project": "p", name: value,
        }
        assert_problem(mine.post("/api/tickets", new, expect=400), 400, "bad_request", name)


def test_marks_without_end_are_answered_briefly(hub_alone, client):
    rest = hub_alone.rest(client)
    ticket = rest.create()["id"]
    marks = "\u0301\u0323" * 50_000
    for body in [{marks: 1}, {"action": marks}, {"body": "x", "mentions": [marks]}]:
        answer = rest.post(f"/api/tickets/{ticket}", body, expect=400)
        assert len(answer.content) < 4000
    answer = rest.patch(f"/api/tickets/{ticket}", {"watchers": [marks]}, expect=None)
    assert answer.status_code in (400, 403) and len(answer.content) < 4000
    for field in ["n" * 3000, "\u0301\u0323" * 800]:
        part = {field: ("a.txt", b"text", "text/plain")}
        answer = rest.call("POST", "/api/upload", 400, files=part)
        assert len(answer.content) < 1200
    long = people.client(name="N" * 5000)
    assert len(hub_alone.rest(long).get("/api/me").json()["name"]) == 200
