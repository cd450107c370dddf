"""How the hub behaved: alarms, availability, bounds, its own counts."""

import collections
import datetime

from history.verdicts import Verdict

BREACH_SECONDS = 20
RSS_MAX = 600 << 20
FDS_MAX = 400
#: More of them stay: the driver's connections to each member of the set.
FDS_SLACK = {"sqlite": 8, "mongodb": 40}
#: Until the first acknowledgement after a fault is healed.
RECOVERY_SECONDS = {"sqlite": 12, "mongodb": 30}


def c14_alarms_once(index):
    """Each deadline is broken once, and one that passed without an answer is told."""
    wrong, looked = [], 0
    told = collections.Counter()
    for ticket, events in index.truth.items():
        for event in events:
            for fact in event.get("sla") or []:
                if fact["phase"] in ("breached", "warning"):
                    looked += 1
                    told[
                        ticket,
                        fact["clock"],
                        fact["phase"],
                        fact.get("percent"),
                        str(fact["deadlineAt"]),
                    ] += 1
    wrong += [f"{fact} was told {count} times" for fact, count in told.items() if count > 1]
    for listed in index.by_type["listed"]:
        wrong += missed_alarms(listed)
    return Verdict(looked, wrong)


def missed_alarms(listed):
    """Clocks that ran on when their deadline passed, and of which nothing was told."""
    sla, passed = listed["sla"], listed["now"] - BREACH_SECONDS
    clocks = {name: sla[name] for name in ("firstResponse", "nextResponse")}
    if sla["state"] == "running":
        clocks["resolution"] = sla | {"metAt": None}
    if listed["status"] not in ("open", "in_progress"):
        return []
    return [
        f"{listed['ticket']}: {name} was due at {clock['deadlineAt']}, and nobody was told"
        for name, clock in clocks.items()
        if clock["deadlineAt"]
        and not (clock["metAt"] or clock["breached"])
        and seconds(clock["deadlineAt"]) < passed
    ]


def seconds(time):
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def c16_availability(index):
    """After a fault commands are acknowledged again soon, and the hub ends by faults only."""
    wrong, longest = [], collections.defaultdict(float)
    oks = sorted(r["t"] for r in index.by_type["ok"])
    faults = index.faults()
    limit = RECOVERY_SECONDS.get(index.plan.get("store"), 30)
    for fault in faults:
        first = next((t for t in oks if t > fault["end"]), None)
        if first is None:
            wrong.append(
                f"nothing was acknowledged after {fault['name']} at {fault['begin']:.0f} s"
            )
            continue
        beside = any(
            f["begin"] < first and f["end"] > fault["end"] and f is not fault for f in faults
        )
        longest[fault["name"]] = max(longest[fault["name"]], first - fault["end"])
        if first - fault["end"] > limit and not beside:
            silence = f"{first - fault['end']:.1f} s without an acknowledgement"
            wrong.append(f"{silence} after {fault['name']} at {fault['begin']:.0f} s")
    for exit_ in index.by_type["exit"]:
        wrong.append(f"the hub ended by itself with {exit_['code']}: {exit_['log'][-300:]}")
    wrong += [f"a drain ended with {r['code']}" for r in index.by_type["drained"] if r["code"]]
    wrong += [f"gave up: {r['why']}" for r in index.by_type["gave-up"]]
    wrong += [f"odd: {r['text']}" for r in index.by_type["odd"]]
    worst = ", ".join(f"{name} {took:.1f} s" for name, took in sorted(longest.items()))
    return Verdict(len(faults), wrong, f"until the first acknowledgement: {worst}")


def c17_bounds(index):
    """Memory and descriptors stay within bounds, and descriptors come back."""
    wrong = []
    samples = index.by_type["sample"]
    rss = max((s["rss"] for s in samples), default=0)
    fds = max((s["fds"] for s in samples), default=0)
    if rss > RSS_MAX:
        wrong.append(f"{rss >> 20} MiB resident")
    if fds > FDS_MAX:
        wrong.append(f"{fds} descriptors")
    quiet = {q["when"]: q for q in index.by_type["quiet"]}
    slack = FDS_SLACK.get(index.plan.get("store"), 8)
    if {"start", "end"} <= quiet.keys() and quiet["end"]["fds"] > quiet["start"]["fds"] + slack:
        wrong.append(
            f"{quiet['start']['fds']} descriptors at the start, {quiet['end']['fds']} at the end"
        )
    return Verdict(len(samples), wrong, f"at most {rss >> 20} MiB and {fds} descriptors")


def c18_accounts(index):
    """What the hub counts is what people counted."""
    wrong = []
    for one in index.by_type["accounts"]:
        grown = {name: one["after"][name] - one["before"][name] for name in one["after"]}
        if grown["events_total"] != grown["stored"]:
            wrong.append(
                f"{grown['stored']} events were stored, {grown['events_total']:.0f} counted"
            )
        if grown["stored"] < one["acknowledged"]:
            wrong.append(f"{one['acknowledged']} were acknowledged, {grown['stored']} stored")
        if grown["deliveries_total"] != grown["frames"]:
            wrong.append(
                f"{grown['frames']} events came, {grown['deliveries_total']:.0f} counted as sent"
            )
    return Verdict(len(index.by_type["accounts"]), wrong)
