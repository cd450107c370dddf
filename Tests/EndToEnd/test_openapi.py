"""/openapi.json: complete and correct; the hub's answers conform to it for every input."""

import json
import os
import re
import subprocess
import sys

import jsonschema_rs
import pytest
import requests

from support import files as uploads
from support import hub as guichet
from support import people
from support.observe import wait_until

DOCUMENT = guichet.ROOT / "Sources/APIDescription/openapi.json"
# Half of it is enough on a machine with nothing else to do.
BUDGET_SECONDS = "500" if os.environ.get("GUICHET_SLOW") else "55"
METHODS = {"get", "post", "put", "patch", "delete"}


def operations(document):
    return {
        (method, path)
        for path, item in document["paths"].items()
        for method in item
        if method in METHODS
    }


def test_the_api_description_needs_no_token(hub_alone):
    answer = requests.get(f"{hub_alone.url}/openapi.json", timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == json.loads(DOCUMENT.read_text())
    assert answer.json()["openapi"].startswith("3.1.")


def test_every_reference_leads_somewhere_and_every_definition_is_used():
    document = json.loads(DOCUMENT.read_text())
    text = json.dumps(document)
    used = set(re.findall(r'"\$ref": "#/components/([^"]+)"', text))
    defined = {
        f"{kind}/{name}"
        for kind in ("schemas", "parameters", "responses")
        for name in document["components"][kind]
    }
    assert used == defined
    ids = [document["paths"][path][method]["operationId"] for method, path in operations(document)]
    assert len(ids) == len(set(ids))


def texts_of_characters(value, name=None):
    """Schemas of texts whose limit the hub counts in characters: of one line, and keys."""
    if isinstance(value, dict):
        pattern = value.get("pattern", "")
        is_limited = value.get("maxLength", 0) in range(1, 1000)
        if is_limited and (pattern.startswith("[^") or name == "key" and not pattern):
            yield value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from texts_of_characters(item, name if key in ("items", "schema") else key)


def test_limits_in_characters_say_that_maxlength_counts_code_points():
    limited = list(texts_of_characters(json.loads(DOCUMENT.read_text())))
    assert len(limited) > 20
    for schema in limited:
        assert f"At most {schema['maxLength']} characters as people see them" in schema["description"]


def test_each_write_names_the_refusal_of_a_cookie_alone():
    document = json.loads(DOCUMENT.read_text())
    for method, path in operations(document):
        if method != "get":
            assert "403" in document["paths"][path][method]["responses"], f"{method} {path}"


def strict(schema, is_part=False):
    """The same schema, without additional properties."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {k: [strict(s, True) for s in v] if k == "allOf" else strict(v) for k, v in schema.items()}
    is_whole = "additionalProperties" not in made and not is_part
    if is_whole and ("allOf" in made or made.get("type") == "object" and "properties" in made):
        made["unevaluatedProperties"] = False
    return made


def answer_schema(document, path):
    """The schema of the JSON answer to a GET of this path, if any."""
    answers = document["paths"][path].get("get", {}).get("responses", {})
    content = answers.get("200", {}).get("content", {})
    return content.get("application/json", {}).get("schema")


def test_answers_have_the_documents_fields_and_no_others(hub, client, lina, admin):
    document = json.loads(DOCUMENT.read_text())
    components = strict(document["components"]["schemas"])
    # A detail is a snapshot and more.
    snapshot = components["Ticket"].copy()
    components["Ticket"].pop("unevaluatedProperties")
    mine, tech, boss = hub.rest(client), hub.rest(lina), hub.rest(admin)
    for rest in (tech, boss):
        rest.get("/api/me")
    ticket = mine.create(attachments=[uploads.upload(mine)["id"]])["id"]
    watch = {"watchers": [admin.id], "tags": ["lobby"], "targetHours": 0.0001}
    tech.patch(f"/api/tickets/{ticket}", {"action": "take", **watch})
    tech.say(ticket, "A note", internal=True, mentions=[admin.id])
    mine.say(ticket, "Hello?")
    boss.post("/api/canned", {"title": "Thanks", "bodies": {"en": "Thank you."}})
    boss.post("/api/views", {"name": "Open", "filter": {"status": "open"}, "sort": "createdAt"})
    wait_until(lambda: boss.get("/api/notifications").json()["notifications"], "a notification", 30)
    asked = 0
    for path in document["paths"]:
        schema = answer_schema(document, path)
        if schema is None or path == "/openapi.json" or "{id}" in path:
            continue
        for someone in (mine, tech, boss):
            query = {"priority": "high"} if path == "/api/sla/preview" else {}
            answer = someone.get(path.format(ticket=ticket), expect=None, params=query)
            if answer.status_code == 403:
                continue
            assert answer.status_code == 200, f"{path}: {answer.text[:300]}"
            whole = {**strict(schema), "components": {"schemas": components}}
            faults = [
                f"{path}: {error.instance_path}: {error.message}"
                for error in jsonschema_rs.validator_for(whole).iter_errors(answer.json())
            ]
            assert not faults, "\n".join(faults)
            asked += 1
        if path == "/api/tickets":
            whole = {**snapshot, "components": {"schemas": components}}
            assert jsonschema_rs.validator_for(whole).is_valid(answer.json()["tickets"][0])
    assert asked >= 30


BLANKS = ["", " ", "\u200b", "\u00a0\t\n", "\u2800\ufe0f"]
CODES = {"category", "priority", "action", "sort", "messages"}


def good_bodies(someone, boss):
    """Accepted bodies of calls that take JSON, with each text that people write into them."""
    ticket = boss.create()["id"]
    said = boss.say(ticket, "Words to take")["event"]["seq"]
    fields = {"title": "A", "project": "atelier", "tags": ["a"], "watchers": ["me"], "assignedTo": "me"}
    new = {"title": "A", "description": "B", "category": "incident", "priority": "normal", "project": "p"}
    reply = {"title": "Thanks", "bodies": {"en": "Thank you."}}
    view = {"name": "Open", "filter": {"status": "open"}, "sort": "createdAt"}
    canned = "/api/canned/" + boss.post("/api/canned", reply).json()["id"]
    kept = "/api/views/" + boss.post("/api/views", view).json()["id"]
    erase = {"messages": "keep", "reason": "A"}
    one, redact = "/api/tickets/{ticket}", "/messages/{seq}/redact"
    return [
        ("post", "/api/tickets", "/api/tickets", {**new, "tags": ["a"], "clientId": someone.id}),
        ("patch", "/api/tickets", "/api/tickets", {"id": ticket, **fields}),
        ("patch", one, f"/api/tickets/{ticket}", fields),
        ("post", one, f"/api/tickets/{ticket}", {"body": "A", "mentions": [someone.id]}),
        ("post", one, f"/api/tickets/{ticket}", {"body": "A", "action": "take"}),
        ("post", one, f"/api/tickets/{ticket}", {"set": fields}),
        ("post", one + redact, f"/api/tickets/{ticket}/messages/{said}/redact", {"reason": "A"}),
        ("post", "/api/people/{id}/erase", "/api/people/nobody/erase", erase),
        ("post", "/api/canned", "/api/canned", reply),
        ("put", "/api/canned/{id}", canned, reply),
        ("post", "/api/views", "/api/views", view),
        ("put", "/api/views/{id}", kept, view),
    ]


def with_each_text_replaced(body, text):
    for name, value in body.items():
        if name in ("set", "bodies"):
            yield from ((f"{name}.{n}", {**body, name: b}) for n, b in with_each_text_replaced(value, text))
        elif isinstance(value, list):
            yield name, {**body, name: [text]}
        elif isinstance(value, str) and name not in CODES:
            yield name, {**body, name: text}


def bodies_of_messages(boss):
    """With words, files and changes, and without."""
    for body in (None, "", "\u200b", "A"):
        for files in (None, 0, 1):
            for rest in ({}, {"internal": True}, {"action": "wait"}, {"set": {}}, {"set": {"tags": ["a"]}}):
                made = dict(rest)
                if body is not None:
                    made["body"] = body
                if files is not None:
                    made["attachments"] = [uploads.upload(boss)["id"] for _ in range(files)]
                yield made


def test_texts_are_refused_exactly_where_the_description_forbids_them(start_hub, embedded, client, admin):
    """Empty and blank ones, in each field of each call; and messages by what else they have."""
    document = json.loads(DOCUMENT.read_text())
    hub = start_hub(embedded, COMMANDS_PER_SECOND=0, REQUESTS_PER_SECOND=0, CREATIONS_PER_HOUR=0)
    boss, faults = hub.rest(admin), []
    hub.rest(client).get("/api/me")

    def ask(method, path, target, body):
        content = document["paths"][path][method]["requestBody"]["content"]["application/json"]
        whole = {**content["schema"], "components": {"schemas": document["components"]["schemas"]}}
        answer = boss.call(method.upper(), target, json=body)
        # 404: nobody is there to be erased.
        is_taken = answer.status_code in (200, 201, 404)
        if jsonschema_rs.validator_for(whole).is_valid(body) != is_taken:
            faults.append(f"{method} {path} {body}: {answer.status_code}")

    for method, path, target, body in good_bodies(client, boss):
        ask(method, path, target, body)
        for field in ["key"] * ("put" != method and "/erase" not in path):
            ask(method, path, target, {**body, field: ""})
        for text in BLANKS:
            for _, changed in with_each_text_replaced(body, text):
                ask(method, path, target, changed)
    ticket = boss.create()["id"]
    for body in bodies_of_messages(boss):
        ask("post", "/api/tickets/{ticket}", f"/api/tickets/{ticket}", body)
    assert not faults, "\n".join(faults)


def served_paths(hub, token):
    """The described paths that this hub has; a call that it does not know is 404 and says so."""
    document = json.loads(DOCUMENT.read_text())
    for path in document["paths"]:
        filled = re.sub(r"\{\w+\}", "0" * 24, path)
        answer = requests.get(
            hub.url + filled, headers={"Authorization": f"Bearer {token}"}, stream=True, timeout=10
        )
        with answer:
            if answer.status_code != 404 or "no such call" not in answer.text:
                yield path


# Calls whose path is not what is wrong with them have to work on something that is there, so that
# it is the body, the query or a header that gets them refused.
HOOKS = """
import schemathesis
from schemathesis.core.parameters import ParameterLocation

THERE = {there!r}


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta and case.meta.is_negative_at(ParameterLocation.PATH):
        return
    for path, name in THERE.items():
        # What is deleted is gone for the calls after it.
        if case.path.startswith(path) and case.method != "DELETE":
            for parameter in case.path_parameters:
                case.path_parameters[parameter] = name
"""


@pytest.mark.timeout(600)
def test_schemathesis_finds_nothing(start_hub, embedded, client, admin, tmp_path):
    """Generated calls, good and bad, as an administrator. Streams never end, so they stay out, and
    so do uploads, which it cannot make."""
    hub = start_hub(embedded, COMMANDS_PER_SECOND=0)
    mine = hub.rest(client)
    for number in range(3):
        ticket = mine.create(title=f"Ticket {number}")
        hub.rest(admin).say(ticket["id"], "A note", internal=True)
    boss, token = hub.rest(admin), people.token(admin)
    reply = {"title": "Thanks", "bodies": {"en": "Thank you.", "fr": "Merci."}}
    view = {"name": "Open", "filter": {"status": "open"}, "sort": "createdAt"}
    there = {
        "/api/tickets/": ticket["ref"],
        "/api/files/": uploads.upload(boss)["id"],
        "/api/canned/": boss.post("/api/canned", reply).json()["id"],
        "/api/views/": boss.post("/api/views", view).json()["id"],
    }
    (tmp_path / "hooks.py").write_text(HOOKS.format(there=there))
    paths = [
        path
        for path in served_paths(hub, token)
        if not path.endswith("/stream") and path not in ("/ws", "/api/upload")
    ]
    assert len(paths) >= 15
    (tmp_path / "schemathesis.toml").write_text(
        f'base-url = "{hub.url}"\n'
        "[generation]\nmax-examples = 4\n"
        # Refused is refused: by a precondition or a limit as well.
        "[checks.negative_data_rejection]\n"
        "expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415]\n"
        "[parameters]\n"
        # A poll that waits is another test's.
        '"query.wait" = 0\n'
    )
    ended = subprocess.run(
        [
            guichet.ROOT / ".build-venv/bin/schemathesis", "run", f"{hub.url}/openapi.json",
            "--header", f"Authorization: Bearer {token}",
            # The same calls every time.
            "--generation-deterministic",
            "--phases", "coverage,fuzzing", "--workers", "1", "--max-time", BUDGET_SECONDS,
            # A right call can still be refused: a reply that has no bodies, a ticket that is closed.
            "--exclude-checks", "positive_data_acceptance",
            *[argument for path in paths for argument in ("--include-path", path)],
        ],
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(tmp_path / "hooks.py")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=560,
    )
    sys.stdout.write(ended.stdout[-6000:])
    assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr[-2000:]
    assert hub.is_running and mine.get("/readyz").text == "ready\n"
