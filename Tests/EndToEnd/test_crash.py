"""`kill -9`: every acknowledged event is stored, once, in order (docs/protocol.md 15.1)."""

import threading

from websockets.exceptions import ConnectionClosed

from support import people
from support.hub import command

ROUNDS = 5


class Author(threading.Thread):
    """Sends numbered messages until the hub is gone, and records the acknowledged ones."""

    def __init__(self, hub, someone, ticket, numbers):
        super().__init__()
        self.live = hub.live(someone)
        self.ticket = ticket
        self.numbers = numbers
        self.acknowledged = []
        self.enough = threading.Event()

    def run(self):
        try:
            for number in self.numbers:
                ack = self.live.message(self.ticket, f"line {number}", key=f"k{number}")
                self.acknowledged.append((ack["seq"], f"line {number}"))
                if len(self.acknowledged) >= 20:
                    self.enough.set()
        except ConnectionClosed:
            pass
        finally:
            self.enough.set()


def stored_lines(store, ticket):
    return {
        event["seq"]: event["message"]["body"]
        for event in store.events()
        if event["ticket"] == ticket and event["message"]
    }


def test_what_was_acknowledged_survives_kill_and_is_in_order(store, start_hub, client):
    hub = start_hub(store, COMMANDS_PER_SECOND=0)
    ticket = hub.rest(client).create()["id"]
    acknowledged = {}
    for round in range(ROUNDS):
        authors = [
            Author(hub, people.client(), ticket, range(base, base + 100_000))
            for base in (round * 1_000_000, round * 1_000_000 + 500_000)
        ]
        for author in authors:
            author.start()
        for author in authors:
            assert author.enough.wait(30)
        hub.kill()
        for author in authors:
            author.join(30)
            acknowledged.update(author.acknowledged)
        hub.close_clients()
        hub.start()

    stored = stored_lines(store, ticket)
    assert len(acknowledged) >= ROUNDS * 2 * 20
    lost = {seq: line for seq, line in acknowledged.items() if stored.get(seq) != line}
    assert lost == {}
    assert sorted(stored) == list(range(2, len(stored) + 2)), "a hole in the log"
    assert len(set(stored.values())) == len(stored), "a line was stored twice"
    told = hub.rest(client).get(f"/api/tickets/{ticket}").json()
    assert told["seq"] == len(stored) + 1 and told["messageCount"] == len(stored)
    hub.close_clients()
    hub.stop()
    assert command("check", "--store", store.uri).returncode == 0


def test_an_unanswered_command_may_be_sent_again(hub, client):
    live = hub.live(client)
    ticket = live.create()
    for round in range(5):
        live.send("message", ticket=ticket["id"], body=f"round {round}", key=f"r{round}")
        hub.kill()
        hub.close_clients()
        hub.start()
        live = hub.live(client)
        live.message(ticket["id"], f"round {round}", key=f"r{round}")
    lines = stored_lines(hub.store, ticket["id"])
    assert lines == {n + 2: f"round {n}" for n in range(5)}
