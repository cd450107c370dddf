"""A hub with a wrapper: a shell line that prepares the process and then executes the hub."""

import shlex

from support import hub


def wrap(monkeypatch, folder, exec_line):
    """Every hub that is started from here on runs as `exec_line`, in which HUB is the program
    with its arguments."""
    wrapper = folder / "wrapped-guichet"
    line = exec_line.replace("HUB", f'{shlex.quote(str(hub.BINARY))} "$@"')
    wrapper.write_text(f"#!/bin/sh\n{line}\n")
    wrapper.chmod(0o755)
    monkeypatch.setattr(hub, "BINARY", wrapper)
