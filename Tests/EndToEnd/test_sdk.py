"""web/sdk against a running hub: the module for other applications, and the example for Next.js."""

import json
import os
import pathlib
import shutil
import subprocess

from support import people
from support.hub import ROOT

WALK = pathlib.Path(__file__).parent / "support/sdk_walk.mjs"


def test_the_sdk_in_node_loses_and_doubles_nothing(hub, client, lina):
    ticket = hub.rest(client).create()["id"]
    node = subprocess.Popen(
        # Node 20 has its own WebSocket behind this flag; later ones take it and have it anyway.
        [shutil.which("node"), "--no-warnings", "--experimental-websocket", WALK, ticket],
        env={
            **os.environ,
            "HUB": hub.url,
            "SDK": str(ROOT / "web/sdk"),
            "CLIENT_TOKEN": people.token(client),
            "STAFF_TOKEN": people.token(lina),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with node:
        try:
            assert node.stdout.readline() == "kill\n", node.stderr.read()
            hub.kill()
            print("killed", file=node.stdin, flush=True)
            assert node.stdout.readline() == "start\n", node.stderr.read()
            hub.start()
            print("started", file=node.stdin, flush=True)
            said, complaints = node.communicate(timeout=60)
        finally:
            node.kill()
    assert node.returncode == 0, complaints
    heard = json.loads(said)
    hub.close_clients()
    log = hub.rest(client).events(ticket)["events"]
    # Joined after the first three; from there on each event once, in order.
    assert heard["seqs"] == [event["seq"] for event in log[3:]]
    assert heard["bodies"][0] == "two" and sorted(heard["bodies"][1:]) == ["four", "three"]
    assert [e["message"]["body"] for e in log if e.get("message")][0] == "one"
