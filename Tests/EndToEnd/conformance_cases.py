"""The cases of test_conformance.py: the bytes to send and the expected answer (RFC 6455, RFC
7692).

Each case has its own connection. The answer is a list of frames. If a case does not end with a
close frame, the client closes afterwards, and the hub must answer.
"""

import dataclasses
import random
import struct
import zlib
from functools import partial

from support.echo import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, fragments, frame, packed

OFFER = "permessage-deflate; client_max_window_bits"
MEBIBYTE = 1 << 20


@dataclasses.dataclass
class Case:
    name: str
    sent: object  # bytes, or for the longest what makes them when their turn comes
    expected: list
    step: int | None = None  # bytes a packet
    extensions: str | None = None
    bits: int = 15  # the window that the answers must be readable with


CASES = []


def case(name, sent, *expected, **options):
    CASES.append(Case(name, sent, list(expected), **options))


def close(code=None, reason=b""):
    return (CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def ended(code):
    """The hub's own close frame: only its code is compared, not its reason."""
    return (CLOSE, code)


def echo_of(opcode, payload):
    return (opcode, payload)


def framing():
    sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 124, 125, 126, 127, 128, 129]
    sizes += [255, 256, 1023, 1024, 4095, 4096, 65534, 65535, 65536, 65537, 131072]
    for size in sizes:
        text = (b"*" * size, TEXT)
        binary = (bytes(n * 31 % 256 for n in range(size)), BINARY)
        for payload, opcode in (text, binary):
            kind = "text" if opcode == TEXT else "binary"
            case(f"{kind}-{size}", frame(opcode, payload), (opcode, payload))
    for step in (1, 2, 3, 7, 997):
        payload = b"-" * (3000 if step < 100 else 65536)
        case(f"text-in-packets-of-{step}", frame(TEXT, payload), (TEXT, payload), step=step)
    for size in (126, 127):
        case(f"length-not-shortest-{size}", frame(TEXT, b"x", size=size), ended(1002))
    long_form = struct.pack("!BBQ", 0x82, 0xFF, 65535)
    case("length-not-shortest-65535", long_form + bytes(8), ended(1002))
    for length, code in ((1 << 63, 1002), ((1 << 64) - 1, 1002), ((1 << 63) - 1, 1009),
                         (1 << 32, 1009), (1 << 31, 1009), (16 * MEBIBYTE + 1, 1009)):  # fmt: skip
        case(f"length-{length}", struct.pack("!BBQ", 0x82, 0xFF, length) + bytes(4), ended(code))
    for opcode in (TEXT, BINARY, PING, PONG, CLOSE, CONTINUATION):
        case(f"unmasked-{opcode}", frame(opcode, b"", mask=False), ended(1002))
    case("two-at-once", frame(TEXT, b"a") + frame(BINARY, b"b"), (TEXT, b"a"), (BINARY, b"b"))
    many = [frame(TEXT, str(n).encode()) for n in range(500)]
    case("five-hundred", b"".join(many), *[(TEXT, str(n).encode()) for n in range(500)])


def pings():
    for size in (0, 1, 5, 64, 124, 125):
        payload = bytes(n % 256 for n in range(size))
        case(f"ping-{size}", frame(PING, payload), (PONG, payload))
        case(f"ping-{size}-bytewise", frame(PING, payload), (PONG, payload), step=1)
        case(f"pong-{size}-is-ignored", frame(PONG, payload) + frame(TEXT, b"."), (TEXT, b"."))
    for size in (126, 127, 1000, 65536):
        case(f"ping-{size}", frame(PING, b"x" * size), ended(1002))
        case(f"pong-{size}", frame(PONG, b"x" * size), ended(1002))
    for count in (2, 10, 15):
        sent = b"".join(frame(PING, b"payload-%d" % n) for n in range(count))
        answers = [(PONG, b"payload-%d" % n) for n in range(count)]
        case(f"pings-{count}", sent, *answers)
        case(f"pings-{count}-bytewise", sent, *answers, step=1)
    case("pong-then-ping", frame(PONG, b"unasked") + frame(PING, b"p"), (PONG, b"p"))


def reserved_bits():
    for rsv in range(1, 8):
        for opcode in (TEXT, BINARY, PING, PONG, CLOSE):
            case(f"rsv-{rsv}-opcode-{opcode}", frame(opcode, b"", rsv=rsv), ended(1002))
        after = frame(TEXT, b"before") + frame(TEXT, b"bad", rsv=rsv) + frame(PING)
        case(f"rsv-{rsv}-after-a-message", after, (TEXT, b"before"), ended(1002))
        if rsv != 4:
            sent = frame(TEXT, packed(b"x"), rsv=rsv)
            case(f"rsv-{rsv}-with-deflate", sent, ended(1002), extensions=OFFER)


def opcodes():
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        case(f"opcode-{opcode}", frame(opcode), ended(1002))
        case(f"opcode-{opcode}-with-payload", frame(opcode, b"reserved"), ended(1002))
        sent = frame(TEXT, b"before") + frame(opcode) + frame(PING)
        case(f"opcode-{opcode}-after-a-message", sent, (TEXT, b"before"), ended(1002))


def fragmentation():
    start, end = frame(TEXT, b"one ", final=False), frame(CONTINUATION, b"two")
    whole = (TEXT, b"one two")
    middle = frame(CONTINUATION, b"", final=False)
    for step in (None, 1):
        way = "bytewise" if step else "at-once"
        case(f"two-fragments-{way}", start + end, whole, step=step)
        case(f"empty-fragment-{way}", start + middle + end, whole, step=step)
        ping = start + frame(PING, b"between") + end
        case(f"ping-between-{way}", ping, (PONG, b"between"), whole, step=step)
        case(f"pong-between-{way}", start + frame(PONG, b"x") + end, whole, step=step)
        two = start + frame(PING, b"1") + middle + frame(PING, b"2") + end
        case(f"pings-between-{way}", two, (PONG, b"1"), (PONG, b"2"), whole, step=step)
        stop = start + frame(CLOSE, struct.pack("!H", 1000)) + end
        case(f"close-between-{way}", stop, close(1000), step=step)
        lone = frame(CONTINUATION, b"x")
        case(f"lone-continuation-{way}", lone, ended(1002), step=step)
        case(
            f"lone-open-continuation-{way}",
            frame(CONTINUATION, b"x", final=False),
            ended(1002),
            step=step,
        )
        case(f"continuation-after-the-end-{way}", start + end + lone, whole, ended(1002), step=step)
        case(f"text-inside-{way}", start + frame(TEXT, b"x"), ended(1002), step=step)
        case(f"binary-inside-{way}", start + frame(BINARY, b"x"), ended(1002), step=step)
    case("all-empty", frame(TEXT, final=False) + middle + frame(CONTINUATION), (TEXT, b""))
    for opcode in (PING, PONG, CLOSE):
        case(f"open-control-{opcode}", frame(opcode, b"", final=False), ended(1002))
        case(
            f"open-control-{opcode}-continued",
            frame(opcode, b"", final=False) + frame(CONTINUATION),
            ended(1002),
        )
    for size in (1, 2, 3, 64, 1000):
        payload = bytes(n % 256 for n in range(max(10, size * 20)))
        case(f"fragments-of-{size}", fragments(BINARY, payload, size), (BINARY, payload))


VALID = {
    "ascii": b"Hello, world!",
    "two-bytes": "é ß ¿".encode(),
    "greek": "κόσμε".encode(),
    "three-bytes": "漢字 — €".encode(),
    "four-bytes": "😀𝄞𐍈".encode(),
    "first-of-1": b"\x00",
    "first-of-2": b"\xc2\x80",
    "first-of-3": b"\xe0\xa0\x80",
    "first-of-4": b"\xf0\x90\x80\x80",
    "last-of-1": b"\x7f",
    "last-of-2": b"\xdf\xbf",
    "last-of-3": b"\xef\xbf\xbf",
    "last-of-4": b"\xf4\x8f\xbf\xbf",
    "before-surrogates": b"\xed\x9f\xbf",
    "after-surrogates": b"\xee\x80\x80",
    "replacement": b"\xef\xbf\xbd",
    "noncharacters": b"\xef\xbf\xbe\xef\xb7\x90\xf0\x9f\xbf\xbf\xf3\xaf\xbf\xbe",
    "byte-order-mark": b"\xef\xbb\xbfx",
    "combining": "e\u0301\u0328".encode(),
    "right-to-left": "שלום مرحبا".encode(),
}
INVALID = {
    "continuation-80": b"\x80",
    "continuation-bf": b"\xbf",
    "continuations": b"\x80\xbf\x80",
    "lone-c2": b"\xc2 ",
    "lone-e0": b"\xe0 ",
    "lone-f0": b"\xf0 ",
    "lone-df": b"\xdf ",
    "cut-3": b"\xe2\x82 ",
    "cut-4": b"\xf0\x9f\x98 ",
    "c0": b"\xc0\x80",
    "c1": b"\xc1\xbf",
    "f5": b"\xf5\x80\x80\x80",
    "f8": b"\xf8\x88\x80\x80\x80",
    "fc": b"\xfc\x84\x80\x80\x80\x80",
    "fe": b"\xfe",
    "ff": b"\xff",
    "overlong-slash-2": b"\xc0\xaf",
    "overlong-slash-3": b"\xe0\x80\xaf",
    "overlong-slash-4": b"\xf0\x80\x80\xaf",
    "overlong-7ff": b"\xe0\x9f\xbf",
    "overlong-ffff": b"\xf0\x8f\xbf\xbf",
    "surrogate-d800": b"\xed\xa0\x80",
    "surrogate-db7f": b"\xed\xad\xbf",
    "surrogate-dc00": b"\xed\xb0\x80",
    "surrogate-dfff": b"\xed\xbf\xbf",
    "surrogate-pair": b"\xed\xa0\xbd\xed\xb8\x80",
    "too-high": b"\xf4\x90\x80\x80",
}  # fmt: skip


def utf8():
    for name, text in VALID.items():
        case(f"utf8-{name}", frame(TEXT, text), (TEXT, text))
        case(f"utf8-{name}-in-fragments", fragments(TEXT, text, 1), (TEXT, text))
        packed_frame = frame(TEXT, packed(text), rsv=4)
        case(f"utf8-{name}-deflated", packed_frame, (TEXT, text), extensions=OFFER)
    for name, text in INVALID.items():
        case(f"utf8-{name}", frame(TEXT, b"abc" + text), ended(1007))
        case(f"utf8-{name}-in-fragments", fragments(TEXT, b"abc" + text, 1), ended(1007))
        packed_frame = frame(TEXT, packed(b"abc" + text), rsv=4)
        case(f"utf8-{name}-deflated", packed_frame, ended(1007), extensions=OFFER)
        case(f"utf8-{name}-in-binary", frame(BINARY, text), (BINARY, text))
        # Fail fast: the message never ends, and the answer comes all the same.
        case(f"utf8-{name}-fails-fast", frame(TEXT, b"abc" + text, final=False), ended(1007))
        half = frame(TEXT, b"abc" + text + b"x" * 100)[: 6 + 3 + len(text)]
        case(f"utf8-{name}-fails-within-a-frame", half, ended(1007))
    for name, text in {"2": b"\xc3", "3": b"\xe2\x82", "4": b"\xf0\x9f\x98"}.items():
        case(f"utf8-ends-within-{name}", frame(TEXT, text), ended(1007))


def closing():
    case("close-empty", frame(CLOSE), close())
    case("close-one-byte", frame(CLOSE, b"\x03"), ended(1002))
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014):
        case(f"close-{code}", frame(CLOSE, struct.pack("!H", code)), close(code))
    for code in (3000, 3999, 4000, 4999):
        case(f"close-{code}", frame(CLOSE, struct.pack("!H", code) + b"bye"), close(code))
    for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535):
        case(f"close-{code}", frame(CLOSE, struct.pack("!H", code)), ended(1002))
    normal = struct.pack("!H", 1000)
    case("close-longest-reason", frame(CLOSE, normal + b"r" * 123), close(1000))
    case("close-reason-too-long", frame(CLOSE, normal + b"r" * 124), ended(1002))
    case("close-reason-in-utf8", frame(CLOSE, normal + "à bientôt".encode()), close(1000))
    for name, text in INVALID.items():
        case(f"close-reason-{name}", frame(CLOSE, normal + text), ended(1007))
    case("nothing-after-close", frame(CLOSE, normal) + frame(TEXT, b"late"), close(1000))
    case("no-pong-after-close", frame(CLOSE, normal) + frame(PING, b"late"), close(1000))
    case("one-close-only", frame(CLOSE, normal) * 2, close(1000))
    case("message-then-close", frame(TEXT, b"x") + frame(CLOSE), (TEXT, b"x"), close())
    case("close-bytewise", frame(CLOSE, normal + b"bye"), close(1000), step=1)


def limits():
    rng = random.Random(7)
    noise = rng.randbytes(16 * MEBIBYTE)
    for size in (MEBIBYTE // 4, MEBIBYTE, 4 * MEBIBYTE, 16 * MEBIBYTE):
        payload = noise[:size]
        case(f"binary-of-{size}", partial(frame, BINARY, payload), (BINARY, payload))
        text = b"BAsd7&jh23" * (size // 10)
        case(f"text-of-{size}", partial(frame, TEXT, text), (TEXT, text))
        for piece in (4096, 65536):
            sent = partial(fragments, BINARY, payload, piece)
            case(f"binary-of-{size}-in-fragments-of-{piece}", sent, (BINARY, payload))
    small = noise[: MEBIBYTE // 4]
    case("quarter-in-fragments-of-64", fragments(BINARY, small, 64), (BINARY, small))
    over = partial(fragments, BINARY, noise + b"x", MEBIBYTE)
    case("over-the-limit-in-fragments", over, ended(1009))
    for size in (16, 64, 256, 1024):
        sent = b"".join(frame(BINARY, noise[n : n + size]) for n in range(1000))
        answers = [(BINARY, noise[n : n + size]) for n in range(1000)]
        case(f"a-thousand-of-{size}", sent, *answers)


def compression():
    rng = random.Random(11)
    words = b"ticket printer paper jam urgent network Lyon Marseille please thanks".split()
    prose = b" ".join(rng.choice(words) for _ in range(200_000))
    noise = rng.randbytes(MEBIBYTE)
    offers = {
        "plain": ("permessage-deflate", 15),
        "client-window": (OFFER, 15),
        "no-takeover": (
            "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
            15,
        ),
    }
    for bits in range(9, 16):
        offers[f"window-{bits}"] = (
            f"permessage-deflate; server_max_window_bits={bits}; client_max_window_bits={bits}",
            bits,
        )
    for name, (extensions, bits) in offers.items():
        options = {"extensions": extensions, "bits": bits}
        for size in (0, 1, 16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072):
            for kind, data, opcode in (("prose", prose, TEXT), ("noise", noise, BINARY)):
                payload = data[:size]
                sent = frame(opcode, packed(payload, bits), rsv=4)
                label = f"deflate-{name}-{kind}-{size}"
                case(label, sent, (opcode, payload), **options)
        payload = prose[:50_000]
        data = packed(payload, bits)
        sent = fragments(TEXT, data, 256, rsv=4)
        case(f"deflate-{name}-in-fragments", sent, (TEXT, payload), **options)
        many = [prose[n * 100 : n * 100 + 700] for n in range(200)]
        sent = b"".join(frame(TEXT, packed(one, bits), rsv=4) for one in many)
        case(f"deflate-{name}-two-hundred", sent, *[(TEXT, one) for one in many], **options)

    options = {"extensions": OFFER}
    hello = packed(b"Hello")
    case("deflate-hello", frame(TEXT, bytes.fromhex("f248cdc9c90700"), rsv=4), (TEXT, b"Hello"),
         **options)  # fmt: skip
    stored = bytes.fromhex("000500faff48656c6c6f00")
    case("deflate-stored", frame(TEXT, stored, rsv=4), (TEXT, b"Hello"), **options)
    final = bytes.fromhex("f348cdc9c9070000")
    case("deflate-final-block", frame(TEXT, final, rsv=4), (TEXT, b"Hello"), **options)
    two = bytes.fromhex("f24805000000ffffcac9c90700")
    case("deflate-two-blocks", frame(TEXT, two, rsv=4), (TEXT, b"Hello"), **options)
    case("deflate-plain-message", frame(TEXT, b"plain"), (TEXT, b"plain"), **options)
    mixed = frame(TEXT, hello, rsv=4) + frame(TEXT, b"plain") + frame(BINARY, hello, rsv=4)
    case("deflate-mixed", mixed, (TEXT, b"Hello"), (TEXT, b"plain"), (BINARY, b"Hello"), **options)
    for level in range(10):
        sent = frame(TEXT, packed(prose[:20_000], level=level), rsv=4)
        case(f"deflate-level-{level}", sent, (TEXT, prose[:20_000]), **options)
    ends = packed(prose[:5000], flush=zlib.Z_FINISH)
    case("deflate-finished-stream", frame(TEXT, ends, rsv=4), (TEXT, prose[:5000]), **options)
    between = (
        frame(TEXT, hello[:3], final=False, rsv=4)
        + frame(PING, b"p")
        + frame(CONTINUATION, hello[3:])
    )
    case("deflate-ping-between", between, (PONG, b"p"), (TEXT, b"Hello"), **options)
    case("deflate-bytewise", frame(TEXT, hello, rsv=4), (TEXT, b"Hello"), step=1, **options)

    window = bytes.fromhex("f200110000")
    sent = frame(TEXT, hello, rsv=4) + frame(TEXT, window, rsv=4)
    case("deflate-context-takeover", sent, (TEXT, b"Hello"), ended(1007), **options)
    bad = {"block-type": b"\x06", "cut": hello[:-2], "length": b"\x00\x05\x00\x00\x00", "empty": b"",
           "zlib": zlib.compress(b"Hello"), "noise": b"\xff" * 32}  # fmt: skip
    for name, data in bad.items():
        case(f"deflate-bad-{name}", frame(BINARY, data, rsv=4), ended(1007), **options)
    again = frame(TEXT, hello[:3], final=False, rsv=4) + frame(CONTINUATION, hello[3:], rsv=4)
    case("deflate-rsv1-on-continuation", again, ended(1002), **options)
    late = frame(TEXT, b"He", final=False) + frame(CONTINUATION, hello, rsv=4)
    case("deflate-rsv1-late", late, ended(1002), **options)
    for opcode in (PING, PONG, CLOSE):
        case(f"deflate-rsv1-on-{opcode}", frame(opcode, b"", rsv=4), ended(1002), **options)
    for opcode in (TEXT, BINARY):
        sent = frame(opcode, hello, rsv=4)
        case(f"deflate-not-negotiated-{opcode}", sent, ended(1002))
        case(f"deflate-declined-{opcode}", sent, ended(1002),
             extensions="permessage-deflate; server_max_window_bits=8")  # fmt: skip
    exact = packed(bytes(16 * MEBIBYTE))
    case("deflate-at-the-limit", frame(BINARY, exact, rsv=4), (BINARY, bytes(16 * MEBIBYTE)),
         **options)  # fmt: skip
    bomb = packed(bytes(16 * MEBIBYTE + 1))
    case("deflate-over-the-limit", frame(BINARY, bomb, rsv=4), ended(1009), **options)
    case("deflate-over-in-fragments", fragments(BINARY, bomb, 100, rsv=4), ended(1009), **options)
    huge = packed(bytes(64 * MEBIBYTE))
    case("deflate-far-over-the-limit", frame(BINARY, huge, rsv=4), ended(1009), **options)
    case("deflate-bomb-of-text", frame(TEXT, huge, rsv=4), ended(1009), **options)
    finals = frame(BINARY, b"\x03\x00" * 100_000 + b"\x00", rsv=4)
    case("deflate-endless-final-blocks", finals, ended(1007), **options)
    blocks = frame(BINARY, b"\x00\x00\x00\xff\xff" * 50_000 + b"\x00", rsv=4)
    case("deflate-empty-blocks", blocks, (BINARY, b""), **options)


for family in (framing, pings, reserved_bits, opcodes, fragmentation, utf8, closing, limits,
               compression):  # fmt: skip
    known = len(CASES)
    family()
    for made in CASES[known:]:
        made.name = f"{family.__name__}: {made.name}"
