"""The faults, and the plan that a seed makes of them. Each fault begins, lasts and is healed; the
history has both moments, and whether the fault bit."""

import asyncio
import dataclasses
import signal

import pymongo

from history import disks, stages

FAULTS = {}


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    strike: object
    kinds: tuple
    target: str
    hinder: object


def fault(name, target, kinds=("sqlite", "mongodb"), hinder=lambda: None):
    """Registers a fault. `strike(stage, random, seconds)` is a generator with one `yield`: before
    it the fault begins, after it the fault is healed. It yields what it says about itself."""

    def register(function):
        FAULTS[name] = Fault(name, function, kinds, target, hinder)
        return function

    return register


# The hub.


@fault("kill", "hub")
async def kill(stage, random, seconds):
    stage.kill_hub()
    yield {}
    await stage.restart_hub()


@fault("term", "hub")
async def term(stage, random, seconds):
    await stage.end_hub()
    yield {}
    await stage.restart_hub()


@fault("pause", "hub")
async def pause(stage, random, seconds):
    stage.signal_hub(signal.SIGSTOP)
    yield {}
    stage.signal_hub(signal.SIGCONT)


@fault("power", "hub", ("sqlite",), disks.cannot_mount)
async def power(stage, random, seconds):
    stage.is_expected_down = True
    stage.signal_hub(signal.SIGSTOP)
    await asyncio.to_thread(stage.disk.cut_power, stage.kill_hub)
    yield {}
    await stage.restart_hub()


@fault("disk-full", "hub", ("sqlite",), disks.cannot_mount)
async def disk_full(stage, random, seconds):
    taken = await asyncio.to_thread(stage.disk.fill)
    yield {"bytes": taken}
    stage.disk.free()


@fault("io-error", "hub", ("sqlite",), stages.cannot_inject)
async def io_error(stage, random, seconds):
    point = random.choice(
        ("posix/io/sync/fdatasync", "posix/io/rw/pwrite64", "posix/io/rw/pwrite", "posix/io/sync")
    )
    odds = random.choice((0.05, 0.3, 1.0))
    stage.inject(f"enable_random name={point},probability={odds}")
    yield {"point": point, "odds": odds}
    if stage.hub.is_running:
        stage.inject(f"disable name={point}")


@fault("clock", "hub", hinder=stages.cannot_move_clock)
async def clock(stage, random, seconds):
    shift = random.choice(("+1h", "-1h", "+3d", "-3d", "+10m", "-10m"))
    stage.set_clock(shift)
    yield {"shift": shift}
    stage.set_clock("+0")


@fault("reset", "people")
async def reset(stage, random, seconds):
    for member in random.sample(stage.world.members, len(stage.world.members) // 2):
        member.reset()
    yield {}


@fault("revoke", "people")
async def revoke(stage, random, seconds):
    guest = stage.world.revoke_one()
    yield {"who": guest}


# MongoDB. A set of one member has no other to elect: it comes back as primary.


@fault("stepdown", "store", ("mongodb",))
async def stepdown(stage, random, seconds):
    member = await stage.primary()
    try:
        await asyncio.to_thread(
            member.command, "replSetStepDown", 6, secondaryCatchUpPeriodSecs=0, force=True
        )
    except pymongo.errors.AutoReconnect:
        pass
    yield {"member": member.number}


@fault("mongod-kill", "store", ("mongodb",))
async def mongod_kill(stage, random, seconds):
    member = await stage.primary()
    member.kill()
    yield {"member": member.number}
    member.start()


@fault("mongod-pause", "store", ("mongodb",))
async def mongod_pause(stage, random, seconds):
    member = await stage.primary()
    member.signal(signal.SIGSTOP)
    yield {"member": member.number}
    member.signal(signal.SIGCONT)


@fault("mongod-power", "store", ("mongodb",), disks.cannot_mount)
async def mongod_power(stage, random, seconds):
    member = await stage.primary()
    member.signal(signal.SIGSTOP)
    await asyncio.to_thread(member.disk.cut_power, member.kill)
    yield {"member": member.number}
    member.start()


@fault("mongod-disk-full", "store", ("mongodb",), disks.cannot_mount)
async def mongod_disk_full(stage, random, seconds):
    member = await stage.primary()
    taken = await asyncio.to_thread(member.disk.fill)
    yield {"member": member.number, "bytes": taken}
    member.disk.free()
    member.revive()


async def until_it_bites(has_bitten):
    """A hub that still recovers from the fault before asks its store for nothing: this one lasts
    until it has."""
    for _ in range(60):
        try:
            if await asyncio.to_thread(has_bitten):
                return
        except pymongo.errors.PyMongoError:
            return
        await asyncio.sleep(0.25)


async def failing_command(stage, data, times="alwaysOn"):
    """Has the primary fail commands, and says how often it did."""
    member = await stage.primary()
    setting = {"configureFailPoint": "failCommand", "mode": times, "data": data}
    before = (await asyncio.to_thread(member.command, setting))["count"]
    yield {"member": member.number, "data": data}

    def entered():
        name = "failpoint.failCommand"
        told = member.command("getParameter", 1, **{name: 1})
        return told[name]["timesEntered"] > before

    await until_it_bites(entered)
    off = {"configureFailPoint": "failCommand", "mode": "off"}
    after = (await asyncio.to_thread(member.command, off))["count"]
    yield {"bitten": after - before}


@fault("refuse-before", "store", ("mongodb",))
async def refuse_before(stage, random, seconds):
    """The server fails inserts before it has done anything."""
    how = random.choice(
        (
            {"closeConnection": True},
            {"errorCode": 10107},
            {"errorCode": 91},
            {"errorCode": 189, "errorLabels": ["RetryableWriteError"]},
        )
    )
    async for told in failing_command(stage, {"failCommands": ["insert"], **how}):
        yield told


@fault("refuse-after", "store", ("mongodb",))
async def refuse_after(stage, random, seconds):
    """The server has inserted, and says that it does not know whether a majority has."""
    problem = {"code": 64, "codeName": "WriteConcernFailed", "errmsg": "waiting timed out"}
    data = {"failCommands": ["insert"], "writeConcernError": problem}
    async for told in failing_command(stage, data):
        yield told


@fault("slow-insert", "store", ("mongodb",))
async def slow_insert(stage, random, seconds):
    """The server holds inserts back for shorter and longer than the driver waits."""
    held = random.choice((500, 2000, 6000))
    data = {"failCommands": ["insert"], "blockConnection": True, "blockTimeMS": held}
    async for told in failing_command(stage, data):
        yield told


async def with_proxy(stage, mode):
    member = await stage.primary()
    before = member.proxy.bitten
    member.proxy.set(mode)
    yield {"member": member.number}
    await until_it_bites(lambda: member.proxy.bitten > before)
    member.proxy.set("pass")
    yield {"bitten": member.proxy.bitten - before}


@fault("net-stall", "store", ("mongodb",))
async def net_stall(stage, random, seconds):
    async for told in with_proxy(stage, "stall"):
        yield told


@fault("net-cut", "store", ("mongodb",))
async def net_cut(stage, random, seconds):
    async for told in with_proxy(stage, "cut"):
        yield told


@fault("net-half", "store", ("mongodb",))
async def net_half(stage, random, seconds):
    async for told in with_proxy(stage, "half"):
        yield told


def of_kind(kind):
    return [name for name, one in FAULTS.items() if kind in one.kinds]


def skipped(names):
    """Those that this machine cannot do, with the reason."""
    return {name: why for name in names if (why := FAULTS[name].hinder())}


LONGEST = {"kill": 2, "term": 0.5, "power": 1.5, "reset": 0.1, "revoke": 0.1, "clock": 3}
DEFAULT_LONGEST = 6
#: Beside a fault of the store, or after one of the disk, the hub is killed too.
THEN_KILLED = {"disk-full", "io-error", "refuse-before", "refuse-after", "slow-insert", "net-cut"}
MORE_KILLS = 0.3


def plan(random, names, seconds, longest=DEFAULT_LONGEST, shortest=0.3, quiet=(0.5, 2.0)):
    """What strikes when: rounds in which every fault comes once, in another order."""
    steps, at, round = [], 0.0, []
    while at < seconds or round:
        if not round:
            round = random.sample(names, len(names))
        name = round.pop()
        lasts = random.uniform(shortest, max(shortest, min(longest, LONGEST.get(name, longest))))
        gap = random.uniform(*quiet)
        then_killed = name in THEN_KILLED and random.random() < MORE_KILLS
        steps.append(
            {
                "fault": name,
                "wait": round_to(gap),
                "seconds": round_to(lasts),
                "then_killed": then_killed,
                "seed": random.getrandbits(32),
            }
        )
        # What healing takes is not known: an allowance.
        at += gap + lasts + 1.5
    return steps


def round_to(seconds):
    return round(seconds, 3)


async def strike(stage, step, random):
    """One step of the plan, from its quiet beginning to its end."""
    history = stage.history
    one = FAULTS[step["fault"]]
    await asyncio.sleep(step["wait"])
    history.add("fault", name=one.name, phase="begin")
    course = one.strike(stage, random, step["seconds"])
    told = await anext(course)
    history.add("fault", name=one.name, phase="struck", **told)
    await asyncio.sleep(step["seconds"])
    if step["then_killed"] and stage.hub.is_running:
        history.add("fault", name="kill", phase="begin")
        stage.kill_hub()
    bitten = {}
    async for told in course:
        bitten = told
    if step["then_killed"]:
        await stage.restart_hub()
        history.add("fault", name="kill", phase="end")
    history.add("fault", name=one.name, phase="end", **bitten)
