"""The servers under load: the hub and its peers, each a process pinned to the server's core."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import uuid

from . import peers
from .process import pinned

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER_CORE = 0
SECRET = "a secret for load tests, and for nothing else"
# Without limits per peer: otherwise the run would measure the limits.
OPEN_LIMITS = {
    "GUICHET_TYPING_INTERVAL_MS": 0,
    "GUICHET_COMMANDS_PER_SECOND": 0,
    "GUICHET_REQUESTS_PER_SECOND": 0,
    "GUICHET_CREATIONS_PER_HOUR": 0,
    "GUICHET_SOCKETS_PER_PERSON": 0,
    "GUICHET_STREAMS_PER_PERSON": 0,
    "GUICHET_SEARCHES_PER_SECOND": 0,
    "GUICHET_CONTROL_FRAMES_PER_SECOND": 0,
    "GUICHET_TECHNICIAN_SCOPE": "all",
    "GUICHET_DEFLATE_MIN_BYTES": 0,
}


class Unavailable(Exception):
    """This server cannot run here; the message says what is missing."""


class Server:
    """One running server, a context manager."""

    def __init__(self, name, settings=None, options=(), core=SERVER_CORE, under=()):
        self.name = name
        self.under = list(under)
        self.settings = settings or {}
        self.options = list(options)
        self.core = core
        self.folder = None
        self.database = None

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="guichet-load-"))
        self.start()
        return self

    def start(self):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GUICHET_")}
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                pinned(self.core, [*self.under, *self.command()]),
                cwd=self.folder,
                env=environment | {k: str(v) for k, v in self.environment().items()},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        line = self.process.stdout.readline()
        found = re.search(r"(\d+)\s*$", line)
        if not found:
            self.process.wait(10)
            raise Unavailable(f"{self.name} did not start: {(self.folder / 'log').read_text()}")
        self.port = int(found.group(1))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.database:
            peers.drop_database(self.database)

    @property
    def pid(self):
        return self.process.pid

    def environment(self):
        if self.name.startswith("guichet"):
            return {"GUICHET_JWT_SECRET": SECRET} | OPEN_LIMITS | self.settings
        if self.name == "node-hub":
            return peers.NODE_MODULES | {"STORE": self.mongodb()}
        return peers.NODE_MODULES

    def command(self):
        """`guichet` stores in SQLite, `guichet-mongodb` in MongoDB; the others are peers."""
        if self.name.startswith("guichet"):
            store = self.mongodb() if self.name == "guichet-mongodb" else "sqlite:load.db"
            binary = os.environ.get("GUICHET_BINARY", ROOT / ".build/release/guichet")
            return [
                *(binary, "serve", "--listen", "127.0.0.1:0", "--workers", 1),
                *("--store", store, "--web", ROOT / "web", "--conformance", *self.options),
            ]
        if self.name.startswith("uws"):
            program = peers.uwebsockets()
            if not program:
                raise Unavailable("uWebSockets is not here; see loadtests/README.md")
            return [program, 0, *self.options]
        if self.name == "floor":
            return [peers.floor(), 0]
        if self.name in ("ws", "node-hub"):
            script = {"ws": "broadcast.js", "node-hub": "hub.js"}[self.name]
            return [peers.node(), ROOT / "loadtests/peers" / script, 0, *self.options]
        raise Unavailable(f"there is no server called {self.name}")

    def mongodb(self):
        base = os.environ.get("GUICHET_TEST_MONGODB")
        if not base:
            raise Unavailable("GUICHET_TEST_MONGODB is not set")
        self.database = self.database or peers.database_uri(base, f"load_{uuid.uuid4().hex[:8]}")
        return self.database
