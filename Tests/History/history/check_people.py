"""What people saw: everything that is theirs, in order, once, and nothing else."""

import collections

from history.verdicts import Verdict, places_of

REVOKED_SECONDS = 5


def c6_order_of_members(index):
    """Over all its connections a follower gets each event once, in order. Only what was left out
    by `behind`, or came while pages were read, may be elsewhere."""
    wrong, looked = [], 0
    last = collections.defaultdict(int)
    paging, behind = set(), set()
    for record in index.records:
        if record["type"] not in ("recv", "joined", "behind", "open"):
            continue
        if record["type"] == "open":
            # What a connection was in the middle of ended with it.
            for places in (paging, behind):
                places -= {place for place in places if place[0] == record["member"]}
            continue
        place = (record["member"], record["ticket"])
        if record["type"] == "behind":
            behind.add(place)
        elif record["type"] == "joined":
            if record["reset"]:
                wrong.append(f"{place} was told to start afresh at {record['after']}")
                last[place] = 0
            behind.discard(place)
            (paging.add if record["more"] else paging.discard)(place)
        else:
            looked += 1
            if record["prev"] == last[place] and record["seq"] > last[place]:
                last[place] = record["seq"]
            elif place not in paging and place not in behind:
                got = f"{record['how']} {record['seq']} (prev {record['prev']})"
                wrong.append(f"{place} got {got} at {last[place]}")
                behind.add(place)  # It asks again: one mistake is told once.
    return Verdict(looked, wrong)


def c7_completeness(index):
    """In the end every follower has everything that its person can see."""
    wrong, looked = [], 0
    for followed in index.by_type["followed"]:
        for ticket, (seq, want) in followed["seqs"].items():
            if want is None:
                continue  # not in their sight
            looked += 1
            if followed["role"] != "technician" and seq < want:
                wrong.append(f"{followed['member']} is at {seq} of {ticket}, {want} is the newest")
    return Verdict(looked, wrong)


def c8_same_order(index):
    """No two followers see the events of a ticket in another order than the store has."""
    places = {
        (ticket, event["seq"]): number
        for ticket, events in index.truth.items()
        for number, event in enumerate(events)
    }
    wrong, last, looked = [], {}, 0
    for record in index.by_type["recv"]:
        if record["how"] != "live":
            continue
        looked += 1
        where = (record["member"], str(record["conn"]), record["ticket"])
        place = places.get((record["ticket"], record["seq"]), -1)
        if place <= last.get(where, -1):
            wrong.append(f"{where} got {record['seq']} late or twice")
        last[where] = place
    return Verdict(looked, wrong)


def c9_durable_before_visible(index):
    """Everything that anybody received before a hub or server ended is stored as it was seen."""
    ends = [f["begin"] for f in index.faults() if f["name"] in ENDING]
    newest = max(ends, default=-1)
    stored = places_of(index)
    wrong, looked = [], 0
    for record in index.by_type["recv"]:
        if record["t"] > newest:
            break
        looked += 1
        if (record["ticket"], record["seq"]) not in stored:
            wrong.append(
                f"{record['member']} saw {record['ticket']} {record['seq']}, which is gone"
            )
    return Verdict(looked, wrong)


ENDING = {"kill", "power", "mongod-kill", "mongod-power", "stepdown", "mongod-pause", "net-cut"}


def c11_inside(index):
    """No client received a byte of an internal message or tag."""
    wrong = [f"{r['who']} by {r['where']}: {r['text'][:120]}" for r in index.by_type["leak"]]
    notes = sum(command.f in ("note", "tags") for command in index.commands.values())
    return Verdict(notes, wrong)


def c12_revoked(index):
    """A token that was taken back opens nothing after five seconds, but for the time in which the
    hub stood still."""
    wrong = []
    for revoked in index.by_type["revoked"]:
        who, limit = revoked["who"], revoked["t"] + REVOKED_SECONDS
        limit += sum(
            min(f["end"], limit) - f["begin"]
            for f in index.faults()
            if revoked["t"] - 1 < f["begin"] < limit
        )
        late = [r for r in index.by_type["recv"] if r["who"] == who and r["t"] > limit]
        if late:
            last = late[-1]["t"] - revoked["t"]
            wrong.append(f"{who} received {len(late)} events, the last {last:.1f} s after")
        codes = [
            r["code"] for r in index.by_type["close"] if r["who"] == who and r["t"] > revoked["t"]
        ]
        turned = [r["status"] for r in index.by_type["turned"] if r["who"] == who]
        if 401 not in turned:
            wrong.append(f"{who} was closed with {codes} and turned away with {turned}")
    return Verdict(len(index.by_type["revoked"]), wrong)


def c13_membership(index):
    """A technician receives an event live only if they may see the ticket as it is after it."""
    technicians = {f["who"] for f in index.by_type["followed"] if f["role"] == "technician"}
    allowed = {ticket: access_after(events) for ticket, events in index.truth.items()}
    wrong, looked = [], 0
    for record in index.by_type["recv"]:
        if record["who"] not in technicians or record["how"] != "live":
            continue
        looked += 1
        after = allowed.get(record["ticket"], {}).get(record["seq"])
        if after is not None and not may_see(record["who"], after):
            event = f"{record['ticket']} {record['seq']}"
            wrong.append(f"{record['who']} received {event}, which is not theirs to see")
    return Verdict(looked, wrong)


def access_after(events):
    """For every event: who has the ticket after it, and who watches it at another's wish."""
    assigned, watching, alone, states = None, set(), set(), {}
    for event in events:
        changes = event.get("changes") or {}
        if "assignedTo" in changes:
            assigned = (changes["assignedTo"]["to"] or {}).get("id")
        if "watchers" in changes:
            now = {one["id"] for one in changes["watchers"]["to"] or []}
            alone = watching_alone(watching, alone, now, event["by"])
            watching = now
        states[event["seq"]] = (assigned, watching - alone)
    return states


def watching_alone(was, alone, now, author):
    """Who watches by their own choice only. Whom another person names does not, also if they
    watched before; an edit of one's own watching leaves the others as they are."""
    only_own = was ^ now == {author}
    kept = {one for one in now - {author} if only_own and one in alone}
    invited = author in was and author not in alone
    return kept | (now & {author} if not invited else set())


def may_see(who, state):
    assigned, invited = state
    return assigned in (None, who) or who in invited
