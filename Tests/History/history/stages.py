"""What the people of a run work on: a hub that runs under a preloaded clock and fault injector, and
its store."""

import asyncio
import glob
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pymongo

from history import disks
from history.proxies import Proxy
from support import hub as hubs
from support import stores

FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
FIU = [f"/usr/lib/fiu/fiu_{kind}_preload.so" for kind in ("run", "posix")]
MONGOD = hubs.ROOT / ".build-mongod/mongod"
SQLITE_MEGABYTES = 384
MONGOD_MEGABYTES = 1200
MONGO_SECONDS = 60


def cannot_inject():
    """Why I/O errors cannot be injected, or None."""
    if not (all(pathlib.Path(f).exists() for f in FIU) and shutil.which("fiu-ctrl")):
        return "no libfiu: apt-get install fiu-utils"
    return None


def cannot_move_clock():
    return None if FAKETIME else "no libfaketime"


def wrapper(folder):
    """A program that runs the hub with the libraries loaded before it."""
    libraries, settings = [], []
    if FAKETIME:
        (folder / "shift").write_text("+0")
        libraries.append(FAKETIME[0])
        settings += [f"FAKETIME_TIMESTAMP_FILE={folder}/shift", "FAKETIME_NO_CACHE=1"]
        settings += ["FAKETIME_DONT_FAKE_MONOTONIC=1"]
    if not cannot_inject():
        libraries += FIU
        settings.append(f"FIU_CTRL_FIFO={folder}/fiu")
    file = folder / "guichet-under-trial"
    preload = f"LD_PRELOAD={':'.join(libraries)} {' '.join(settings)}" if libraries else ""
    # See support/wall_clock.py for why `env` is between.
    file.write_text(f'#!/bin/sh\n{preload} exec env {hubs.BINARY} "$@"\n')
    file.chmod(0o755)
    return file


class Stage:
    """A hub; the stores are made by the kinds below."""

    def __init__(self, folder, history, settings):
        self.folder = folder
        self.history = history
        self.program = hubs.BINARY
        hubs.BINARY = wrapper(folder)
        self.settings = settings
        self.is_expected_down = False
        self.incarnation = 0

    async def open(self):
        await self.open_store()
        options = ["--log", "json", "--workers", "2"]
        self.hub = hubs.Hub(self.store, self.folder, options, **self.settings)
        await self.start_hub()

    async def start_hub(self):
        await asyncio.to_thread(self.hub.start)
        self.incarnation += 1
        self.is_expected_down = False
        self.history.add("started", incarnation=self.incarnation, pid=self.hub.process.pid)

    async def restart_hub(self):
        """Starts it again, also if the store needs some time."""
        for _ in range(20):
            try:
                return await self.start_hub()
            except AssertionError:
                await asyncio.sleep(1)
        raise AssertionError(f"the hub does not start again\n{self.hub.log}")

    def address(self):
        return "127.0.0.1", self.hub.port

    def kill_hub(self):
        self.is_expected_down = True
        self.hub.kill()

    async def end_hub(self):
        self.is_expected_down = True
        self.hub.begin_stop()
        code = await asyncio.to_thread(self.hub.wait_for_exit)
        self.history.add("drained", code=code)

    def signal_hub(self, number):
        os.kill(self.hub.process.pid, number)

    def set_clock(self, shift):
        (self.folder / "shift").write_text(shift)

    def inject(self, command):
        pid = str(self.hub.process.pid)
        done = subprocess.run(
            ["fiu-ctrl", "-f", str(self.folder / "fiu"), "-c", command, pid],
            capture_output=True,
            text=True,
            timeout=10,
        )
        return done.returncode == 0

    async def watch(self):
        """Notes an end of the hub that no fault brought about, and starts it again."""
        while True:
            await asyncio.sleep(0.1)
            if self.is_expected_down or self.hub.is_running:
                continue
            self.history.add("exit", code=self.hub.process.returncode, log=self.hub.log[-1500:])
            self.is_expected_down = True
            await self.restart_hub()

    async def close(self):
        try:
            if self.hub.is_running:
                self.signal_hub(signal.SIGCONT)
                self.kill_hub()
        finally:
            hubs.BINARY = self.program
            await self.close_store()


class SQLiteStage(Stage):
    name = "sqlite"

    async def open_store(self):
        self.disk = None
        place = self.folder
        if not disks.cannot_mount():
            self.disk = disks.Disk(self.folder, "disk", SQLITE_MEGABYTES)
            self.disk.open()
            place = self.disk.point
        self.store = stores.SQLite(place)

    async def close_store(self):
        if self.disk:
            self.disk.close()


class Mongod:
    """One member of the replica set, behind its proxy."""

    def __init__(self, folder, number):
        self.folder = folder / f"mongod-{number}"
        self.folder.mkdir()
        self.number = number
        self.disk = None
        self.process = None
        self.is_down = False

    async def open(self, port):
        if not disks.cannot_mount():
            self.disk = disks.Disk(self.folder, "disk", MONGOD_MEGABYTES)
            self.disk.open()
        self.data = (self.disk.point if self.disk else self.folder) / "db"
        self.data.mkdir()
        self.port = port
        self.proxy = Proxy(port)
        await self.proxy.start()
        self.start()

    def start(self):
        self.is_down = False
        with (self.folder / "out").open("ab") as out:
            self.process = subprocess.Popen(
                [
                    *[MONGOD, "--bind_ip", "127.0.0.1", "--port", str(self.port)],
                    *["--replSet", "trial", "--oplogSize", "64", "--wiredTigerCacheSizeGB", "0.25"],
                    *["--dbpath", self.data, "--logpath", self.folder / "log", "--logappend"],
                    *["--setParameter", "diagnosticDataCollectionEnabled=false"],
                    *["--setParameter", "enableTestCommands=1"],
                ],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    def command(self, *arguments, **options):
        with pymongo.MongoClient(
            "127.0.0.1",
            self.port,
            directConnection=True,
            serverSelectionTimeoutMS=2000,
            socketTimeoutMS=15000,
        ) as client:
            return client.admin.command(*arguments, **options)

    def is_primary(self):
        try:
            return self.command("hello")["isWritablePrimary"]
        except pymongo.errors.PyMongoError:
            return False

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.is_down = True
        self.process.kill()
        self.process.wait()

    def revive(self):
        """Starts a server that ended by itself, as one does that has no room on its disk."""
        if not self.is_running and not self.is_down:
            self.start()

    def signal(self, number):
        os.kill(self.process.pid, number)

    async def close(self):
        if self.is_running:
            self.signal(signal.SIGCONT)
            self.kill()
        await self.proxy.close()
        if self.disk:
            self.disk.close()


class MongoStage(Stage):
    name = "mongodb"

    def __init__(self, folder, history, settings, count):
        super().__init__(folder, history, settings)
        self.members = [Mongod(folder, number) for number in range(count)]

    async def open_store(self):
        if not MONGOD.exists():
            fetch_mongod(self.folder)
        for member in self.members:
            await member.open(free_port())
        hosts = [f"127.0.0.1:{member.proxy.port}" for member in self.members]
        config = {
            "_id": "trial",
            "members": [{"_id": number, "host": host} for number, host in enumerate(hosts)],
            "settings": {"electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 500},
        }
        await asyncio.to_thread(self._initiate, config)
        await self.primary()
        self.store = stores.MongoDB(f"mongodb://{','.join(hosts)}/?replicaSet=trial")

    def _initiate(self, config):
        deadline = time.monotonic() + MONGO_SECONDS
        while True:
            try:
                return self.members[0].command("replSetInitiate", config)
            except pymongo.errors.PyMongoError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    async def primary(self, seconds=MONGO_SECONDS):
        """The member that is primary, as soon as there is one."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for member in self.members:
                member.revive()
                if member.is_running and await asyncio.to_thread(member.is_primary):
                    return member
            await asyncio.sleep(0.2)
        raise AssertionError("no primary")

    async def all_well(self, seconds=MONGO_SECONDS):
        """Waits until every member is primary or secondary."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                states = [
                    m["stateStr"]
                    for m in (
                        await asyncio.to_thread((await self.primary()).command, "replSetGetStatus")
                    )["members"]
                ]
                if sorted(set(states) - {"SECONDARY"}) == ["PRIMARY"]:
                    return
            except pymongo.errors.PyMongoError:
                pass
            await asyncio.sleep(0.3)
        raise AssertionError("the replica set does not come together again")

    async def close_store(self):
        for member in self.members:
            await member.close()


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch_mongod(folder):
    """scripts/mongod fetches the server's binary when it starts one."""
    tool = hubs.ROOT / "scripts/mongod"
    for what in ("start", "stop"):
        subprocess.run([tool, what, folder / "first"], check=True, capture_output=True)
