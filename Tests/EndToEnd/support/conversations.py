"""Conversations from a file and from a hub, in a comparable form."""

import collections
import json

from support.hub import ROOT

DEMO = ROOT / "Sources/guichet/Demo/conversations.jsonl"
#: Further conversations of the demo: long titles, logs, pictures, one of 400 turns.
DEMO_MORE = ROOT / "Sources/guichet/Demo/more.jsonl"
LARGE = ROOT.parent / "shared/data/conversations.jsonl"


def in_file(path):
    """How often each conversation is in the file, as a tuple of (role, body) turns."""
    with path.open(encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines if line.strip()]
    return collections.Counter(
        tuple((turn["role"], turn["body"]) for turn in conversation["turns"])
        for conversation in read
        if "turns" in conversation
    )


def told(description, messages):
    """The turns of a ticket. Its description is the client's first turn; where the messages
    begin with that same turn, it counts once."""
    first = ("client", description)
    return tuple(messages) if messages[:1] == [first] else (first, *messages)


def in_store(store):
    """How often each conversation is in the store, read without the hub. The log of each
    ticket must be 1, 2, 3 …"""
    logs = collections.defaultdict(list)
    for event in store.events():
        logs[event["ticket"]].append(event)
    found = collections.Counter()
    for log in logs.values():
        assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
        turns = [(e["role"], e["message"]["body"]) for e in log if e["message"]]
        found[told(log[0]["description"], turns)] += 1
    return found


def over_rest(rest):
    """How often the hub returns each conversation to a caller with full access."""
    found, cursor = collections.Counter(), None
    while True:
        query = {"limit": 200, "sort": "createdAt", **({"cursor": cursor} if cursor else {})}
        page = rest.get("/api/tickets", params=query).json()
        for ticket in page["tickets"]:
            detail = rest.get(f"/api/tickets/{ticket['id']}").json()
            turns = [(m["author"]["role"], m["body"]) for m in detail["messages"]]
            found[told(detail["description"], turns)] += 1
        cursor = page["next"]
        if cursor is None:
            return found


def assert_same(found, expected):
    """Compares two counts, and shows one conversation of each difference, not hundreds."""
    missing, extra = expected - found, found - expected
    assert not missing and not extra, (
        f"{missing.total()} missing, {extra.total()} extra;"
        f" missing: {list(missing)[:1]}; extra: {list(extra)[:1]}"
    )
