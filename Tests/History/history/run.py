"""A run: people, faults, the end."""

import asyncio
import json
import random
import sys

from history import faults, stages
from history.ending import Ending, measure
from history.record import History
from history.world import World

SAMPLE_SECONDS = 1
# Short promises, so that some are broken in each run: minutes, minutes, hours.
SLA = {
    "policies": [
        {
            "match": {"priority": "urgent"},
            "firstResponseMinutes": 0.1,
            "nextResponseMinutes": 0.1,
            "targetHours": 0.005,
        },
        {"match": {}, "firstResponseMinutes": 0.5, "nextResponseMinutes": 1, "targetHours": 0.02},
    ]
}


def choose(store, names):
    """The faults of a run: those that were asked for, or all; and those that cannot be."""
    wanted = names or faults.of_kind(store)
    unknown = [name for name in wanted if name not in faults.of_kind(store)]
    if unknown:
        sys.exit(f"no such faults for {store}: {', '.join(unknown)}")
    skipped = faults.skipped(wanted)
    return [name for name in wanted if name not in skipped], skipped


def plan_of(options):
    """What the options ask for: a plan of their seed, or that of an earlier run."""
    if options.replay:
        with options.replay.open() as lines:
            plan = json.loads(lines.readline())
        return {name: value for name, value in plan.items() if name not in ("t", "type")}
    return make_plan(
        options.store,
        options.seed,
        options.seconds,
        names=options.faults,
        members=options.members,
        pause=options.pause,
        longest=options.longest,
    )


def make_plan(store, seed, seconds, names=None, members=1, pause=0.15, **shape):
    """The first line of a history: all that a replay needs."""
    names, skipped = choose(store, names)
    return {
        "store": store,
        "members": members,
        "seconds": seconds,
        "seed": seed,
        "pause": pause,
        "faults": names,
        "skipped": skipped,
        "steps": faults.plan(random.Random(f"{seed} plan"), names, seconds, **shape),
    }


async def play(plan, folder):
    """Plays the plan in `folder`, and returns its history."""
    folder.mkdir(parents=True, exist_ok=True)
    history = History(folder / "history.jsonl")
    history.add("plan", **plan)
    guests = sum(step["fault"] == "revoke" for step in plan["steps"])
    world = World(history, plan["seed"], guests, plan["pause"])
    stage = make_stage(plan, folder, history)
    try:
        await stage.open()
        history.add("quiet", when="start", **measure(stage.hub.process.pid))
        await world.begin(stage, folder / "revoked")
        beside = [asyncio.create_task(work) for work in (stage.watch(), sample(stage))]
        world.start()
        await strike_all(stage, plan["steps"], world)
        await Ending(world, stage).run()
        if ended := [task for task in beside if task.done()]:
            raise RuntimeError(f"ended early: {ended}")
    except (AssertionError, RuntimeError) as failure:
        history.add("gave-up", why=str(failure)[-2000:])
    finally:
        world.is_over = world.is_quiet = True
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await stage.close()
        history.close()
    if world.failure:
        raise world.failure
    return history


async def strike_all(stage, steps, world):
    for step in steps:
        await faults.strike(stage, step, random.Random(step["seed"]))
        if world.failure:
            raise world.failure


def make_stage(plan, folder, history):
    (folder / "revoked").write_text("# nobody yet\n")
    (folder / "sla.json").write_text(json.dumps(SLA))
    settings = {
        "COMMANDS_PER_SECOND": 0,
        "COMMAND_BURST": 0,
        "UPLOAD_FREE_PERCENT": 0,
        "UPLOAD_DAILY_BYTES": 0,
        "UPLOAD_DAILY_FILES": 0,
        "REVOKED": folder / "revoked",
        "SLA": folder / "sla.json",
        "SQLITE_CACHE_BYTES": 8 << 20,
    }
    if plan["store"] == "sqlite":
        return stages.SQLiteStage(folder, history, settings)
    return stages.MongoStage(folder, history, settings, plan["members"])


async def sample(stage):
    while True:
        await asyncio.sleep(SAMPLE_SECONDS)
        if stage.hub.is_running:
            stage.history.add("sample", **measure(stage.hub.process.pid))
