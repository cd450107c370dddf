"""The hub against strict HTTP parsers. If two servers read one stream of bytes differently,
requests can be smuggled past one of them. So the hub may refuse what others accept, but must
never accept what strict parsers refuse, and never find more requests in the same bytes."""

import re
import socket

import h11
import httptools
import pytest

from support import grammar

# The next request on the connection: what an attacker wants to be read as something else.
MARK = b"GET /healthz HTTP/1.1\r\nHost: mark\r\n\r\n"


def hub_answers(port, request):
    """The hub's statuses until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        received = bytearray()
        while True:
            try:
                chunk = connection.recv(65536)
            except OSError:
                break
            if not chunk:
                break
            received += chunk
    return [int(x) for x in re.findall(rb"HTTP/1\.1 (\d{3}) ", received) if x != b"100"]


def requests_by_h11(data):
    connection = h11.Connection(h11.SERVER)
    # It takes no empty lines before a request; RFC 9112 section 2.2 wants them ignored.
    while data.startswith(b"\r\n"):
        data = data[2:]
    connection.receive_data(data)
    count = 0
    try:
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                if not count_next(connection):
                    return count
                continue
            if isinstance(event, h11.ConnectionClosed):
                return count
            if isinstance(event, h11.EndOfMessage):
                count += 1
    except h11.RemoteProtocolError:
        return count


def count_next(connection):
    """Answers the request that was read, so that the next one is."""
    read_whole = connection.their_state in (h11.DONE, h11.MIGHT_SWITCH_PROTOCOL)
    if connection.our_state is not h11.SEND_RESPONSE or not read_whole:
        return False
    connection.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
    connection.send(h11.EndOfMessage())
    if connection.our_state is not h11.DONE:
        return False
    connection.start_next_cycle()
    return True


class Listener:
    def __init__(self):
        self.count = 0

    def on_message_complete(self):
        self.count += 1


def requests_by_llhttp(data):
    listener = Listener()
    parser = httptools.HttpRequestParser(listener)
    try:
        parser.feed_data(data)
    except httptools.HttpParserError:
        pass
    except httptools.HttpParserUpgrade:
        pass
    return listener.count


def taken(statuses):
    """How many answers belong to accepted requests."""
    return sum(1 for x in statuses if x not in (400, 408, 413, 414, 417, 426, 431, 501, 505))


@pytest.mark.parametrize("seed", range(4))
def test_no_request_is_taken_that_strict_parsers_refuse(hub_alone, seed):
    differences = []
    understood = refused = 0
    for request in grammar.requests(2000, seed):
        data = request + MARK
        ours = taken(hub_answers(hub_alone.port, data))
        theirs = max(requests_by_h11(data), requests_by_llhttp(data))
        understood += ours > 0
        refused += ours == 0
        if ours > theirs:
            differences.append((request, ours, theirs))
    assert not differences, differences[:10]
    # A corpus that is all good or all bad would prove nothing.
    assert understood > 50 and refused > 50
