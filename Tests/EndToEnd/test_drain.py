"""SIGTERM: clients get a time to reconnect, no accepted command is lost (docs/protocol.md 7.16)."""

import signal
import time

from websockets.exceptions import ConnectionClosed

from support.hub import command


def test_every_connection_learns_when_to_come_back(hub, client, lina):
    connections = [hub.live(someone) for someone in (client, client, lina)]
    began = time.monotonic()
    hub.begin_stop()
    for live in connections:
        drain = live.wait("drain")
        assert drain["reconnectIn"] >= 0
        assert live.close_code() == 1001
    assert hub.wait_for_exit() == 0
    assert time.monotonic() - began < 30


def test_what_was_acknowledged_in_a_drain_is_there_afterwards(hub, client):
    live = hub.live(client)
    ticket = live.create()
    ids = [live.send("message", ticket=ticket["id"], body=f"line {n}") for n in range(50)]
    live.answer(ids[0])
    hub.begin_stop()
    acknowledged = 1
    try:
        while True:
            if live.receive(20)["type"] == "ack":
                acknowledged += 1
    except ConnectionClosed:
        pass
    # Acks that came in before the first one was waited for.
    acknowledged += len(live.taken_so_far("ack"))
    assert hub.wait_for_exit() == 0
    hub.close_clients()
    hub.start()
    events = hub.rest(client).events(ticket["id"])["events"]
    bodies = [event["message"]["body"] for event in events[1:]]
    assert bodies == [f"line {n}" for n in range(len(bodies))]
    assert len(bodies) >= acknowledged


def test_interrupt_is_a_drain_too(hub_alone, client):
    live = hub_alone.live(client)
    hub_alone.process.send_signal(signal.SIGINT)
    live.wait("drain")
    assert hub_alone.wait_for_exit() == 0


def test_a_second_hub_on_a_port_in_use_says_so(hub_alone):
    serve = ["serve", "--listen", f"127.0.0.1:{hub_alone.port}"]
    ended = command(*serve, "--store", f"sqlite:{hub_alone.folder}/second.db")
    assert ended.returncode == 2
    assert str(hub_alone.port) in ended.stderr
