"""The hub as a process: started on a free port, killed, restarted, stopped."""

import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import threading

from support import people
from support.live import Live
from support.rest import Rest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("GUICHET_BINARY", ROOT / ".build/release/guichet"))
START_SECONDS = 20
# Few people play many in these tests: what one person may do is for test_budgets.py.
UNLIMITED = dict.fromkeys(
    [
        "GUICHET_CREATIONS_PER_HOUR",
        "GUICHET_REQUESTS_PER_SECOND",
        "GUICHET_SEARCHES_PER_SECOND",
        "GUICHET_SOCKETS_PER_PERSON",
        "GUICHET_STREAMS_PER_PERSON",
    ],
    0,
)
STOP_SECONDS = 30  # A drain ends within 30 s (docs/protocol.md 7.16).


def environment(**settings):
    """The environment without the caller's own GUICHET_ settings; a setting of None stays unset."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("GUICHET_")}
    settings = {"GUICHET_JWT_SECRET": people.SECRET, **UNLIMITED, **settings}
    return inherited | {k: str(v) for k, v in settings.items() if v is not None}


def command(*arguments, timeout=60, **settings):
    """Runs a `guichet` command to its end."""
    return subprocess.run(
        [BINARY, *map(str, arguments)],
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


class Hub:
    """One `guichet serve`. `settings` are environment variables without their prefix."""

    def __init__(self, store, folder, options=(), **settings):
        self.store = store
        self.folder = folder
        self.options = list(options)
        self.scheme = "https" if "--tls-cert" in self.options else "http"
        self.settings = {f"GUICHET_{name}": value for name, value in settings.items()}
        self.port = 0
        self.process = None
        self.passed_over = []
        self.clients = []

    def start(self):
        """Starts it, on the same port as last time if there was one, and waits for its line."""
        serve = ["serve", "--listen", f"127.0.0.1:{self.port}", "--store", self.store.uri]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [BINARY, *serve, "--web", ROOT / "web", *self.options],
                cwd=self.folder,
                env=environment(**self.settings),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.lines = queue.Queue()
        self.passed_over.clear()
        reading = [self.process.stdout, self.lines]
        threading.Thread(target=self._read_stdout, args=reading, daemon=True).start()
        ready = self.next_line(rf"^guichet listening on {self.scheme}://127\.0\.0\.1:(\d+)$")
        self.port = int(ready.group(1))
        return self

    @staticmethod
    def _read_stdout(stdout, lines):
        with stdout:
            for line in stdout:
                lines.put(line.rstrip("\n"))
        lines.put(None)

    def next_line(self, pattern):
        """The match of the first line of stdout that has one and was not taken before."""
        for position, line in enumerate(self.passed_over):
            if match := re.search(pattern, line):
                del self.passed_over[position]
                return match
        while True:
            try:
                line = self.lines.get(timeout=START_SECONDS)
            except queue.Empty:
                raise AssertionError(f"no line {pattern!r} on stdout\n{self.log}") from None
            assert line is not None, f"the hub ended instead of starting\n{self.log}"
            if match := re.search(pattern, line):
                return match
            self.passed_over.append(line)

    @property
    def log_file(self):
        return pathlib.Path(self.folder) / "hub.log"

    @property
    def log(self):
        return self.log_file.read_text(errors="replace")[-4000:]

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """Kills the process without notice, like a power cut or the kernel's memory killer."""
        self.process.kill()
        self.process.wait()

    def begin_stop(self):
        self.process.send_signal(signal.SIGTERM)

    def wait_for_exit(self):
        try:
            return self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {STOP_SECONDS} s after SIGTERM\n{self.log}")

    def stop(self):
        """Stops it by a signal and requires a clean exit."""
        self.begin_stop()
        code = self.wait_for_exit()
        assert code == 0, f"exit code {code} after SIGTERM\n{self.log}"

    def close_clients(self):
        for client in self.clients:
            client.close()
        self.clients.clear()

    def rest(self, someone, **token_options):
        client = Rest(self.url, people.token(someone, **token_options))
        self.clients.append(client)
        return client

    def live(self, someone, **options):
        client = Live(self.port, people.token(someone), **options)
        self.clients.append(client)
        return client


def require_binary():
    assert BINARY.exists(), "no release build: run `swift build -c release` (scripts/test does)"
    assert shutil.which("curl"), "curl is missing: run scripts/packages test"
