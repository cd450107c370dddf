"""A wall clock that a test moves. Applies to every hub started afterwards."""

import glob

import pytest

from support.observe import wait_until
from support.wrapped import wrap

LIBRARY = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
DAY_SECONDS = 86_400

needs_faketime = pytest.mark.skipif(not LIBRARY, reason="libfaketime is not installed")


class WallClock:
    """Moves only the wall clock, not the clock for durations."""

    def __init__(self, monkeypatch, folder):
        self.file = folder / "shift"
        self.set("+0")
        # As it is loaded the library sets a variable, which moves the environment, behind which
        # Swift looks for the arguments. So `env` is loaded with it first, and hands both on.
        settings = (
            f"FAKETIME_TIMESTAMP_FILE={self.file} FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1"
        )
        wrap(monkeypatch, folder, f"LD_PRELOAD={LIBRARY[0]} {settings} exec env HUB")

    def set(self, shift):
        """The offset from the machine's own clock: `+3h`, `-20m`."""
        self.file.write_text(shift)

    def jump(self, hub, shift):
        """Sets it for a running hub, and waits until the hub has noticed."""
        seen = len(hub.log_file.read_text())
        self.set(shift)
        wait_until(
            lambda: '"clock_jump"' in hub.log_file.read_text()[seen:], f"the jump to {shift}"
        )
