"""Builds or finds the peers, and reports missing ones."""

import os
import pathlib
import shutil
import subprocess
from urllib.parse import urlsplit, urlunsplit

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "peers"
# Debian's modules, also for a Node from another source.
NODE_MODULES = {"NODE_PATH": "/usr/share/nodejs"}
BUILT = pathlib.Path(__file__).resolve().parents[2] / ".build" / "peers"


def floor():
    """The bare epoll broadcaster, compiled when its source is newer."""
    source, program = FOLDER / "floor.c", BUILT / "floor"
    if is_stale(program, source):
        compile_with("cc", "-O2", "-o", program, source, "-lcrypto")
    return program


def uwebsockets():
    """Built from the checkout in UWEBSOCKETS (with its submodule uSockets); None without one."""
    program = BUILT / "uws"
    checkout = os.environ.get("UWEBSOCKETS")
    if not checkout:
        return program if program.exists() else None
    source = FOLDER / "uws.cpp"
    if not is_stale(program, source):
        return program
    sockets = pathlib.Path(checkout) / "uSockets" / "src"
    objects = []
    for file in [*sockets.glob("*.c"), *sockets.glob("eventing/*.c"), *sockets.glob("crypto/*.c")]:
        objects.append(BUILT / f"uws-{file.stem}.o")
        compile_with("gcc", "-O3", "-flto", "-DLIBUS_NO_SSL", "-I", sockets, "-c", file, "-o", objects[-1])
    compile_with(
        *("g++", "-O3", "-flto", "-std=c++20", "-DLIBUS_NO_SSL", "-I", sockets),
        *("-I", pathlib.Path(checkout) / "src", source, *objects, "-lz", "-o", program),
    )
    return program


def node():
    for name in ("node", "nodejs"):
        found = shutil.which(name)
        if found:
            return found
    raise SystemExit("node is not on the PATH: install Debian's nodejs")


def is_stale(program, source):
    return not program.exists() or program.stat().st_mtime < source.stat().st_mtime


def compile_with(*command):
    BUILT.mkdir(parents=True, exist_ok=True)
    subprocess.run([str(part) for part in command], check=True)


def database_uri(base, name):
    """The URI of a database on the server of `base`."""
    parts = urlsplit(base)
    return urlunsplit(parts._replace(path=f"/{name}"))


def drop_database(uri):
    subprocess.run(
        [node(), str(FOLDER / "drop.js"), uri],
        env=os.environ | NODE_MODULES,
        check=False,
        stdout=subprocess.DEVNULL,
    )
