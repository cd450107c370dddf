"""permessage-deflate on the hub's own frames (RFC 7692): the same text in fewer bytes."""

import pathlib
import re
import threading

import pytest
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from support import people
from support.echo import packed
from support.raw import TEXT, RawSocket

BODY = "The printer on the second floor eats every page that it is given. " * 40
PLAIN = {"compression": None}


def windows(**options):
    return {"compression": None, "extensions": [ClientPerMessageDeflateFactory(**options)]}


def raw(hub, someone, extensions="permessage-deflate"):
    return RawSocket(hub.port, people.token(someone), extensions=extensions)


def next_of(raw, type):
    while (found := raw.receive_json())["type"] != type:
        pass
    return found


def resident(hub):
    """The hub's resident memory in bytes."""
    status = pathlib.Path(f"/proc/{hub.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


def chosen(client):
    return client.socket.response.headers.get("Sec-WebSocket-Extensions")


def test_a_client_that_asks_gets_compression_without_context_takeover(hub_alone, client):
    mine = hub_alone.live(client)
    parameters = [part.strip() for part in chosen(mine).split(";")]
    assert parameters[0] == "permessage-deflate"
    assert {"server_no_context_takeover", "client_no_context_takeover"} <= set(parameters)
    assert chosen(hub_alone.live(client, **PLAIN)) is None


@pytest.mark.parametrize("bits", range(9, 16))
def test_every_window_is_honoured(hub_alone, client, lina, bits):
    """The library refuses data that was packed with a larger window than its own."""
    options = windows(server_max_window_bits=bits, client_max_window_bits=bits)
    reader = hub_alone.live(lina, **options)
    assert f"server_max_window_bits={bits}" in chosen(reader)
    author = hub_alone.live(client, **options)
    ticket = author.create()
    reader.join(ticket["id"])
    body = "".join(f"line {n}: {BODY[n % 50 : n % 50 + 60]}\n" for n in range(150))
    author.message(ticket["id"], body)
    assert reader.event(ticket=ticket["id"])["message"]["body"] == body
    assert author.join(ticket["id"])["events"][-1]["message"]["body"] == body


def test_a_window_of_256_bytes_is_declined(hub_alone, client):
    mine = hub_alone.live(client, **windows(server_max_window_bits=8))
    assert chosen(mine) is None
    assert mine.ask("ping")["type"] == "pong"


def test_everyone_reads_the_same_text(hub_alone, client, lina, sam, admin):
    author = hub_alone.live(client)
    ticket = author.create()
    readers = [
        hub_alone.live(lina),
        hub_alone.live(sam, **PLAIN),
        hub_alone.live(admin, **windows(server_max_window_bits=9)),
    ]
    pages = [reader.join(ticket["id"]) for reader in readers]
    for number in range(20):
        author.message(ticket["id"], f"{number}: é😀漢 {BODY}")
    texts = []
    for reader in readers:
        reader.events_until(21, ticket["id"])
        texts.append([text for text in reader.raw if text.startswith('{"type":"event"')])
    assert len(texts[0]) == 20 and texts[0] == texts[1] == texts[2]
    assert {page["seq"] for page in pages} == {1}


def test_events_and_pages_take_fewer_bytes(hub_alone, client):
    author = hub_alone.live(client)
    ticket = author.create()["id"]
    for number in range(20):
        author.message(ticket, f"{number} {BODY}")
    raws = {name: raw(hub_alone, client, name) for name in ("permessage-deflate", None)}
    sizes = {}
    for name, one in raws.items():
        before = one.received_bytes
        one.send_json(type="join", id="j", ticket=ticket)
        assert len(next_of(one, "joined")["events"]) == 21
        sizes[name] = one.received_bytes - before
    assert sizes["permessage-deflate"] < sizes[None] / 10, sizes

    author.message(ticket, f"live {BODY}")
    for name, one in raws.items():
        event = None
        while event is None or event["type"] != "event":
            before = one.received_bytes
            event = one.receive_json()
        assert event["message"]["body"] == f"live {BODY}"
        sizes[name] = one.received_bytes - before
        one.close()
    assert sizes["permessage-deflate"] < sizes[None] / 4, sizes


def test_short_frames_go_as_they_are(hub_alone, client):
    one = raw(hub_alone, client)
    one.send_json(type="ping", id="p")
    assert one.stream.read(1)[0] == 0x80 | TEXT
    one.close()


def test_it_can_be_switched_off(embedded, start_hub, client):
    hub = start_hub(embedded, DEFLATE_MIN_BYTES=0)
    mine = hub.live(client)
    assert chosen(mine) is None
    assert mine.join(mine.create()["id"])["type"] == "joined"


def test_a_bomb_closes_with_1009_and_costs_no_memory(embedded, start_hub, client, lina):
    hub = start_hub(embedded, DEFLATE_MIN_BYTES=512)
    mine = hub.live(lina)
    before = resident(hub)
    bomb = packed(bytes(64 << 20))

    def throw():
        one = raw(hub, client)
        one.send(TEXT | 0x40, bomb)
        codes.append(one.close_code())
        one.close()

    codes = []
    threads = [threading.Thread(target=throw) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [1009] * 50
    assert resident(hub) - before < 40 << 20
    assert mine.ask("ping")["type"] == "pong"


def test_what_is_not_deflate_closes_with_1007(hub_alone, client):
    one = raw(hub_alone, client)
    one.send(TEXT | 0x40, b"\xff\xff\xff")
    assert one.close_code() == 1007
    one.close()


def test_a_frame_marked_as_compressed_without_agreement_closes_with_1002(hub_alone, client):
    one = raw(hub_alone, client, extensions=None)
    one.send(TEXT | 0x40, packed(b"{}"))
    assert one.close_code() == 1002
    one.close()
