"""A REST client that acts as one person (docs/protocol.md 6)."""

import uuid

import requests

TIMEOUT_SECONDS = 10


class Rest:
    def __init__(self, url, token=None):
        self.url = url
        self.session = requests.Session()
        self.bodies = []  # every byte that this person was ever sent
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method, path, expect=None, **options):
        options.setdefault("timeout", TIMEOUT_SECONDS)
        answer = self.session.request(method, self.url + path, **options)
        if not options.get("stream"):
            self.bodies.append(answer.content)
        if expect is not None:
            assert answer.status_code == expect, f"{answer.status_code}: {answer.text[:500]}"
        return answer

    def get(self, path, expect=200, **options):
        return self.call("GET", path, expect, **options)

    def post(self, path, json=None, expect=201, **options):
        return self.call("POST", path, expect, json=json, **options)

    def patch(self, path, json=None, expect=200, **options):
        return self.call("PATCH", path, expect, json=json, **options)

    def create(self, title="The printer eats paper", key=None, **fields):
        """Creates a ticket and returns its snapshot."""
        fields = {
            "title": title,
            "description": "It has been doing so since this morning.",
            "category": "incident",
            "priority": "normal",
            "project": "atelier",
            **fields,
        }
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.post("/api/tickets", fields, headers=headers).json()

    def say(self, ticket, body, **fields):
        """Posts a message and returns the complete answer: message, ticket, event."""
        return self.post(f"/api/tickets/{ticket}", {"body": body, **fields}).json()

    def events(self, ticket, after=0, **query):
        query = {"after": after, "limit": 500, **query}
        return self.get(f"/api/tickets/{ticket}/events", params=query).json()

    def close(self):
        self.session.close()


def assert_problem(answer, status, code, field=None):
    """The answer is a problem of RFC 9457 with our code, and names the field if there is one.
    `status` is a number, or several where the protocol leaves the choice."""
    allowed = status if isinstance(status, tuple) else (status,)
    assert answer.status_code in allowed, f"{answer.status_code}: {answer.text[:500]}"
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= problem.keys()
    assert problem["status"] == answer.status_code
    assert problem["code"] == code, problem
    if field is not None:
        assert [e["field"] for e in problem["errors"]] == [field], problem
        assert all(e["code"] and e["message"] for e in problem["errors"])
    return problem
