"""What came of a run, as a table, and whether it passed."""

import collections

from history.checkers import CHECKERS, TITLES
from history.index import Index

#: Of what is wrong, so many are printed.
FIRST = 32


def missing_faults(index):
    """Faults of the plan that never struck, or never did anything."""
    bitten = {fault["name"] for fault in index.faults() if fault["bitten"]}
    return [name for name in index.plan.get("faults", []) if name not in bitten]


def figures(index):
    commands = index.commands.values()
    faults = collections.Counter(f["name"] for f in index.faults())
    return {
        "commands": len(commands),
        "acknowledged": sum(1 for c in commands if c.oks),
        "unknown": sum(1 for c in commands if c.unknowns and not c.oks),
        "denied": sum(1 for c in commands if c.denials),
        "events": sum(len(events) for events in index.truth.values()),
        "received": len(index.by_type["recv"]),
        "seconds": index.records[-1]["t"] if index.records else 0,
        "faults": dict(faults),
    }


def judge(records):
    """The index, the verdicts by name, and whether all is well."""
    index = Index(records)
    verdicts = {name: checker(index) for name, checker in CHECKERS.items()}
    # A run that looked at nothing proves nothing.
    needed = {"C1", "C2", "C3", "C5", "C6", "C7", "C8", "C10", "C15"}
    empty = [name for name in needed if not verdicts[name].looked_at]
    passed = all(v.is_valid for v in verdicts.values()) and not empty and not missing_faults(index)
    return index, verdicts, passed


def show(index, verdicts, passed, print=print):
    plan, counted = index.plan, figures(index)
    print(
        f"\nstore {plan.get('store')}, seed {plan.get('seed')}: {counted['seconds']:.0f} s, "
        f"{counted['commands']} commands, {counted['acknowledged']} acknowledged, "
        f"{counted['unknown']} of unknown fate, {counted['denied']} denied, "
        f"{counted['events']} events stored, {counted['received']} received"
    )
    print("faults: " + ", ".join(f"{name} {n}" for name, n in sorted(counted["faults"].items())))
    for name, why in plan.get("skipped", {}).items():
        print(f"  left out: {name} ({why})")
    for name in missing_faults(index):
        print(f"  NEVER HAPPENED: {name}")
    for gave_up in index.by_type["gave-up"]:
        # Nothing was read at the end, so the checkers below know only a part.
        print(f"GAVE UP: {gave_up['why']}")
    for name, verdict in verdicts.items():
        word = "ok" if verdict.is_valid else "WRONG"
        print(
            f"{name:4} {TITLES[name]:24} {word:6} {verdict.looked_at:8d} looked at  {verdict.note}"
        )
        for wrong in verdict.wrong[:FIRST]:
            print(f"       {wrong}")
        if len(verdict.wrong) > FIRST:
            print(f"       and {len(verdict.wrong) - FIRST} more")
    print("passed" if passed else "FAILED")
