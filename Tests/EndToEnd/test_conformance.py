"""RFC 6455 and RFC 7692 from outside: every case of conformance_cases.py against the echo."""

import struct

import pytest

from conformance_cases import CASES
from support import stores
from support.echo import CLOSE, Echo, frame
from support.hub import Hub


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """One hub for all cases: a connection that ends badly must not hurt the next one."""
    folder = tmp_path_factory.mktemp("conformance")
    hub = Hub(stores.SQLite(folder), folder, ["--conformance"]).start()
    yield hub.port
    hub.stop()


def same(received, expected):
    """Whether a frame is the expected one; of the hub's own close frames only the code counts."""
    if expected[0] == CLOSE and isinstance(expected[1], int):
        opcode, payload = received
        return opcode == CLOSE and struct.unpack("!H", payload[:2])[0] == expected[1]
    return received == expected


def short(frame):
    opcode, payload = frame
    return opcode, payload if isinstance(payload, int) else payload[:200], "…"


@pytest.mark.parametrize("case", CASES, ids=[case.name.replace(" ", "") for case in CASES])
def test_conformance(port, case):
    echo = Echo(port, case.extensions)
    try:
        assert echo.status == 101
        echo.send(case.sent() if callable(case.sent) else case.sent, case.step)
        for position, expected in enumerate(case.expected):
            received = echo.receive(case.bits)
            assert same(received, expected), (position, short(received), short(expected))
        if case.expected[-1][0] != CLOSE:
            echo.send(frame(CLOSE, struct.pack("!H", 1000)))
            assert echo.receive() == (CLOSE, struct.pack("!H", 1000))
        assert echo.read_to_end()
    finally:
        echo.close()


def test_there_are_enough_cases():
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 300


def test_long_answers_are_compressed(port):
    echo = Echo(port, "permessage-deflate")
    echo.send(frame(1, b"again and " * 100))
    assert echo.receive() == (1, b"again and " * 100)
    assert echo.compressed == 1
    echo.close()


@pytest.mark.parametrize("extensions", ["permessage-deflate;", "é", "a b", 'a; b="'])
def test_a_malformed_extension_list_is_a_400(port, extensions):
    echo = Echo(port, extensions)
    assert echo.status == 400
    echo.close()


def test_there_is_no_echo_without_the_option(hub_alone):
    echo = Echo(hub_alone.port)
    assert echo.status == 404
    echo.close()
