"""The checkers of the history test: each accepts a good history and finds what is wrong in a bad
one. The good history is one ticket with a client, a technician and an administrator."""

import copy

import pytest

from history.checkers import CHECKERS
from history.index import Index
from history.report import judge, missing_faults

TICKET = "6b034d6744f32cd48517736e"
SLA = {
    "state": "running",
    "deadlineAt": "2026-11-29T21:00:00.000Z",
    "breached": True,
    "firstResponse": {"deadlineAt": None, "metAt": None, "breached": False},
    "nextResponse": {"deadlineAt": None, "metAt": None, "breached": False},
}
DUE = {"clock": "resolution", "phase": "breached", "deadlineAt": 1795986000000}
#: Long after the deadline.
NOW = 1796000000


def command(op, who, f, seq, ticket=TICKET, **fields):
    yield {"type": "invoke", "op": op, "who": who, "f": f, "ticket": ticket, "fields": fields}
    yield {"type": "ok", "op": op, "who": who, "seq": seq, "message": f"id-{op}"}


def received(member, who, seq, prev):
    return {
        "type": "recv",
        "member": member,
        "who": who,
        "conn": 1,
        "ticket": TICKET,
        "seq": seq,
        "prev": prev,
        "how": "live",
        "digest": f"d{seq}",
    }


def event(seq, prev, by, key, public=True, **more):
    return {
        "seq": seq,
        "prev": prev,
        "by": by,
        "cause": "user",
        "kind": "message",
        "key": key,
        "public": public,
        **more,
    }


def good():
    """Created by Alice, a note by the boss, a message by Alice, an assignment to Tom, an alarm."""
    taken = {"assignedTo": {"from": None, "to": {"id": "tom"}}}
    sent = [
        *command("a1", "alice", "create", 1, None, set={"description": "It smokes."}),
        {"type": "open", "member": "m-alice", "who": "alice", "conn": 1},
        {"type": "open", "member": "m-root", "who": "root", "conn": 2},
        {"type": "open", "member": "m-tom", "who": "tom", "conn": 3},
        received("m-alice", "alice", 1, 0),
        received("m-root", "root", 1, 0),
        received("m-tom", "tom", 1, 0),
        *command("r1", "root", "note", 2, body="inside"),
        received("m-root", "root", 2, 1),
        *command("a2", "alice", "message", 3, body="Hello"),
        received("m-alice", "alice", 3, 1),
        received("m-root", "root", 3, 2),
        {"type": "read", "who": "root", "ticket": TICKET, "began": None, "staff": True, "seq": 3},
        {"type": "marked", "who": "alice", "ticket": TICKET, "seq": 3},
        {"type": "invoke", "op": "t1", "who": "tom", "f": "message", "ticket": TICKET},
        {"type": "fail", "op": "t1", "who": "tom", "code": "stale"},
        {"type": "file", "op": "a2", "file": "f1", "sha": "aa"},
        {"type": "revoked", "who": "guest"},
        {"type": "turned", "member": "m-guest", "who": "guest", "status": 401},
        {"type": "fault", "name": "kill", "phase": "begin"},
        {"type": "fault", "name": "kill", "phase": "end"},
        {"type": "started", "incarnation": 2},
        *command("r2", "root", "assign", 4, set={"assignedTo": "tom"}),
        received("m-alice", "alice", 4, 3),
        received("m-root", "root", 4, 3),
        {"type": "sample", "rss": 50 << 20, "fds": 40},
        followed("m-alice", "alice", "client", 4, 4),
        followed("m-root", "root", "admin", 5, 5),
        followed("m-tom", "tom", "technician", 1, 5),
        view("boss", (1, 0), (2, 1), (3, 2), (4, 3), (5, 4)),
        view("alice", (1, 0), (3, 1), (4, 3)),
        {"type": "listed", "ticket": TICKET, "seq": 5, "now": NOW, "status": "open", "sla": SLA},
        {"type": "reads", "ticket": TICKET, "reads": {"alice": 3}},
        {"type": "fetched", "op": "a2", "file": "f1", "status": 200, "sha": "aa"},
        {"type": "found", "op": "a2", "ticket": TICKET, "status": 200, "found": True},
        {
            "type": "accounts",
            "acknowledged": 2,
            "before": counts(10, 10, 20, 20),
            "after": counts(12, 12, 24, 24),
        },
        {"type": "quiet", "when": "start", "rss": 1, "fds": 30},
        {"type": "quiet", "when": "end", "rss": 1, "fds": 31},
        {"type": "check", "code": 0, "said": []},
        {
            "type": "truth",
            "ticket": TICKET,
            "events": [
                event(1, 0, "alice", "a1", kind="created", body="It smokes."),
                event(2, 1, "root", "r1", public=False, body="inside", internal=True),
                event(3, 1, "alice", "a2", body="Hello"),
                event(4, 3, "root", "r2", kind="change", changes=taken),
                event(5, 4, "system", None, public=False, cause="sla", sla=[DUE]),
            ],
        },
    ]
    plan = {"type": "plan", "store": "sqlite", "seed": 1, "faults": ["kill"]}
    records = [{"t": t, **record} for t, record in enumerate([plan, *sent])]
    for record in records:
        if record["type"] == "read":
            record["began"] = record["t"] - 0.5
    return records


def followed(member, who, role, seq, want):
    seqs = {TICKET: [seq, want]}
    return {"type": "followed", "member": member, "who": who, "role": role, "seqs": seqs}


def view(who, *chain):
    events = [[seq, prev, f"d{seq}"] for seq, prev in chain]
    return {"type": "view", "who": who, "ticket": TICKET, "events": events}


def counts(events, stored, deliveries, frames):
    names = ("events_total", "stored", "deliveries_total", "frames")
    return dict(zip(names, (events, stored, deliveries, frames)))


def one(records, type, **fields):
    return next(r for r in records if r["type"] == type and fields.items() <= r.items())


def truth(records):
    return one(records, "truth")["events"]


def drop(records, type, **fields):
    records.remove(one(records, type, **fields))


def verdict(name, records):
    return CHECKERS[name](Index(records))


def test_a_good_history_passes():
    index, verdicts, passed = judge(good())
    assert {name: v.wrong for name, v in verdicts.items() if v.wrong} == {}
    assert passed


# What is done to the good history, by the checker that must find it.


def lose_an_acknowledged_event(records):
    truth(records)[2]["key"] = None


def lose_a_read_mark(records):
    one(records, "reads")["reads"] = {"alice": 2}


def lose_a_file(records):
    one(records, "fetched").update(status=404, sha=None)


def store_a_command_twice(records):
    truth(records).append(event(6, 4, "alice", "a2", body="Hello"))


def acknowledge_two_numbers(records):
    records.append({"t": 99, "type": "ok", "op": "a2", "who": "alice", "seq": 7})


def take_a_retry_for_another_command(records):
    records.append({"t": 99, "type": "fail", "op": "a2", "who": "alice", "code": "key_mismatch"})


def store_what_nobody_sent(records):
    truth(records)[2]["key"] = "from nowhere"


def store_other_words(records):
    truth(records)[2]["body"] = "Goodbye"


def show_other_words(records):
    one(records, "recv", member="m-root", seq=3)["digest"] = "other"


def store_what_was_refused(records):
    truth(records)[3].update(key="t1", by="tom")


def store_what_was_denied(records):
    store_what_was_refused(records)
    one(records, "fail").update(type="denied", code="unavailable")


def leave_a_hole(records):
    del truth(records)[1]


def break_the_clients_chain(records):
    one(records, "view", who="alice")["events"][1][1] = 2


def miss_an_event(records):
    drop(records, "recv", member="m-root", seq=2)


def receive_twice(records):
    records.insert(20, copy.deepcopy(one(records, "recv", member="m-root", seq=2)))


def start_afresh(records):
    records.insert(
        20,
        {
            "t": 20,
            "type": "joined",
            "member": "m-alice",
            "who": "alice",
            "conn": 1,
            "ticket": TICKET,
            "after": 3,
            "more": False,
            "reset": True,
        },
    )


def stay_behind(records):
    one(records, "followed", member="m-root")["seqs"] = {TICKET: [4, 5]}


def swap_two_events(records):
    first = one(records, "recv", member="m-root", seq=2)
    second = one(records, "recv", member="m-root", seq=3)
    first["seq"], second["seq"] = 3, 2


def show_what_is_gone(records):
    del truth(records)[2:]


def number_backwards(records):
    truth(records)[2]["key"], truth(records)[1]["key"] = None, "a2"
    truth(records)[1].update(by="alice")
    one(records, "ok", op="r1")["seq"] = 3
    truth(records)[2].update(key="r1", by="root")


def read_the_past(records):
    one(records, "read")["seq"] = 2


def tell_a_client(records):
    records.append({"t": 99, "type": "leak", "who": "alice", "where": "ws", "text": "inside"})


def send_to_the_revoked(records):
    records.append({**received("m-guest", "guest", 4, 3), "t": 99})


def let_the_revoked_in(records):
    drop(records, "turned")


def show_a_stranger(records):
    truth(records)[3]["changes"]["assignedTo"]["to"] = {"id": "sam"}
    records.insert(-1, {**received("m-tom", "tom", 4, 1), "t": 60})


def tell_an_alarm_twice(records):
    truth(records)[4]["sla"] = [DUE, DUE]


def tell_no_alarm(records):
    one(records, "listed")["sla"] = SLA | {"breached": False}


def list_nothing(records):
    drop(records, "listed")


def list_the_past(records):
    one(records, "listed")["seq"] = 3


def forget_words(records):
    one(records, "found")["found"] = False


def fail_the_check(records):
    one(records, "check").update(code=1, said=["its snapshot is at 3"])


def stay_away(records):
    for record in records:
        if record["type"] == "ok" and record["op"] == "r2":
            record["t"] += 1000


def end_by_itself(records):
    records.append({"t": 99, "type": "exit", "code": 132, "log": "illegal instruction"})


def end_a_drain_badly(records):
    records.append({"t": 99, "type": "drained", "code": 1})


def grow(records):
    one(records, "sample")["rss"] = 2 << 30


def keep_descriptors(records):
    one(records, "quiet", when="end")["fds"] = 90


def count_wrong(records):
    one(records, "accounts")["after"]["events_total"] = 13


def count_deliveries_wrong(records):
    one(records, "accounts")["after"]["deliveries_total"] = 21


BAD = [
    ("C1", lose_an_acknowledged_event),
    ("C1", lose_a_read_mark),
    ("C1", lose_a_file),
    ("C2", store_a_command_twice),
    ("C2", acknowledge_two_numbers),
    ("C2", take_a_retry_for_another_command),
    ("C3", store_what_nobody_sent),
    ("C3", store_other_words),
    ("C3", show_other_words),
    ("C4", store_what_was_refused),
    ("C4", store_what_was_denied),
    ("C5", leave_a_hole),
    ("C5", break_the_clients_chain),
    ("C6", miss_an_event),
    ("C6", receive_twice),
    ("C6", start_afresh),
    ("C7", stay_behind),
    ("C8", swap_two_events),
    ("C9", show_what_is_gone),
    ("C10", number_backwards),
    ("C10", read_the_past),
    ("C11", tell_a_client),
    ("C12", send_to_the_revoked),
    ("C12", let_the_revoked_in),
    ("C13", show_a_stranger),
    ("C14", tell_an_alarm_twice),
    ("C14", tell_no_alarm),
    ("C15", list_nothing),
    ("C15", list_the_past),
    ("C15", forget_words),
    ("C15", fail_the_check),
    ("C16", stay_away),
    ("C16", end_by_itself),
    ("C16", end_a_drain_badly),
    ("C17", grow),
    ("C17", keep_descriptors),
    ("C18", count_wrong),
    ("C18", count_deliveries_wrong),
]


@pytest.mark.parametrize(("name", "spoil"), BAD, ids=[f"{n}-{f.__name__}" for n, f in BAD])
def test_a_bad_history_is_found(name, spoil):
    records = good()
    spoil(records)
    assert verdict(name, records).wrong


def test_every_checker_has_a_bad_history():
    assert {name for name, _ in BAD} == set(CHECKERS)


def test_a_fault_that_never_happened_fails_the_run():
    records = good()
    one(records, "plan")["faults"] = ["kill", "power"]
    assert missing_faults(Index(records)) == ["power"]
    assert not judge(records)[2]


def test_a_fault_that_did_nothing_did_not_happen():
    records = good()
    one(records, "fault", phase="end")["bitten"] = 0
    assert missing_faults(Index(records)) == ["kill"]


def test_an_empty_history_fails():
    assert not judge([{"t": 0, "type": "plan", "store": "sqlite", "faults": []}])[2]
