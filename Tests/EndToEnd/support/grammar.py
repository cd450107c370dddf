"""Requests that are almost HTTP/1.1: a valid one with one to three errors. The same seed gives
the same requests."""

import random

CRLF = b"\r\n"

METHODS = [b"GET", b"POST", b"HEAD", b"get", b"G ET", b"", b"GET\t", b"GE\x00T", b"P(ST", b"\xc3\xa9"]
TARGETS = [
    b"/healthz", b"/healthz?a=b", b"/healthz#x", b"http://a/healthz", b"*", b"healthz", b"", b"/a b",
    b"/a\tb", b"/a\x00b", b"/a\x7fb", b"/\xff", b"//healthz", b"/%zz", b"a:80",
]
VERSIONS = [
    b"HTTP/1.1", b"HTTP/1.0", b"HTTP/1.2", b"HTTP/2.0", b"http/1.1", b"HTTP/1.", b"HTTP/11", b"HTTP/1.1 ",
    b"HTTP/ 1.1", b"HTTP/1,1", b"", b"HTTP/01.1", b"HTTP/1.10", b"XTTP/1.1",
]
FIELDS = [
    b"Host: b", b"Host:", b"host: a", b"Host: a b", b"Host: a/b", b"Host : a", b" Host: a", b"\tX: y",
    b"X", b": y", b"X y: z", b"X:y", b"X:  y  ", b"X: y\x00", b"X: y\x01", b"X: y\x7f", b"X: \xff", b"X\x00: y",
    b"X\x80: y", b"X: y\rZ: w", b"X: y\nZ: w", b"X: y\r", b"X[: y", b"X\x0b: y", b"X: a\x0bb",
    b"Content-Length: 0", b"Content-Length: 5", b"Content-Length: +5", b"Content-Length: -5",
    b"Content-Length: 0x5", b"Content-Length: 5 5", b"Content-Length: 5, 5", b"Content-Length: 5,6",
    b"Content-Length:", b"Content-Length: 5;", b"Content-Length : 5", b"Content-Length: 05",
    b"Content-Length: 99999999999999999999", b"Content-Length: 9223372036854775808",
    b"Content-Length: \xd9\xa5", b"Content-Length: 5.0", b"Content-Length: 1e1", b"Content_Length: 5",
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: Chunked", b"Transfer-Encoding: identity",
    b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: chunked, gzip", b"Transfer-Encoding: xchunked", b"Transfer-Encoding: chunked;a=b",
    b"Transfer-Encoding:\x0bchunked", b"Transfer-Encoding: chunked\x00", b"Transfer-Encoding : chunked",
    b"Transfer-Encoding: \"chunked\"", b"Transfer-Encoding: ,chunked", b"Transfer-Encoding: chunked,",
    b"Transfer-Encoding:", b"Transfer-Encoding:\r\n chunked", b"Connection: close", b"Connection: upgrade",
    b"Upgrade: h2c", b"Expect: 100-continue", b"Expect: other",
]
ENDINGS = [CRLF, CRLF, CRLF, CRLF, CRLF, b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n\r\n", b"\x00\r\n"]
BODIES = [
    b"", b"hello", b"5\r\nhello\r\n0\r\n\r\n", b"0\r\n\r\n", b"0\r\n", b"5\r\nhello\r\n0\r\n\r\nhello",
    b"5\nhello\n0\n\n", b"5 \r\nhello\r\n0\r\n\r\n", b" 5\r\nhello\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n",
    b"+5\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"5;a=b\r\nhello\r\n0\r\n\r\n",
    b"5;a=\x00\r\nhello\r\n0\r\n\r\n", b"5;\nx\r\nhello\r\n0\r\n\r\n", b"5\r\nhelloX\r\n0\r\n\r\n",
    b"5\r\nhell\r\n0\r\n\r\n", b"5\r\nhello0\r\n\r\n", b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    b"8000000000000005\r\nhello\r\n0\r\n\r\n", b"10000000000000005\r\nhello\r\n0\r\n\r\n",
    b"\r\n5\r\nhello\r\n0\r\n\r\n", b"5\r\nhello\r\n0\r\nX: y\r\n\r\n", b"5\r\nhello\r\n0\r\nX : y\r\n\r\n",
    b"5\r\nhello\r\n00\r\n\r\n", b"5\r\n\r\nhello\r\n0\r\n\r\n", b"g\r\nhello\r\n0\r\n\r\n", b";\r\n\r\n",
    b"5\rhello\r0\r\r", b"5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n", b"5\r\nhello\r\n0\r\n\nX: y\r\n\r\n",
]
FRAMINGS = [
    ([], b""),
    ([b"Content-Length: 5"], b"hello"),
    ([b"Transfer-Encoding: chunked"], b"5\r\nhello\r\n0\r\n\r\n"),
]


def requests(count, seed):
    random_of_seed = random.Random(seed)
    for _ in range(count):
        yield one(random_of_seed)


def one(r):
    fields, body = r.choice(FRAMINGS)
    parts = {
        "lead": b"", "method": b"POST" if fields else b"GET", "target": b"/healthz",
        "version": b"HTTP/1.1", "fields": [b"Host: a", *fields], "body": body,
    }
    endings = {}
    for _ in range(r.randint(1, 3)):
        spoil(r, parts, endings)
    lines = [b" ".join(x for x in (parts["method"], parts["target"], parts["version"]))]
    lines += parts["fields"]
    head = b"".join(line + endings.get(i, CRLF) for i, line in enumerate(lines))
    return parts["lead"] + head + endings.get("last", CRLF) + parts["body"]


def spoil(r, parts, endings):
    what = r.randrange(12)
    if what == 0:
        parts["method"] = r.choice(METHODS)
    elif what == 1:
        parts["target"] = r.choice(TARGETS)
    elif what == 2:
        parts["version"] = r.choice(VERSIONS)
    elif what in (3, 4, 5, 6):
        fields = list(parts["fields"])
        fields.insert(r.randint(0, len(fields)), r.choice(FIELDS))
        parts["fields"] = fields
    elif what == 7:
        fields = list(parts["fields"])
        if fields:
            fields.pop(r.randrange(len(fields)))
        parts["fields"] = fields
    elif what == 8:
        endings[r.choice([0, 1, 2, "last"])] = r.choice(ENDINGS)
    elif what in (9, 10):
        parts["body"] = r.choice(BODIES)
    else:
        parts["lead"] = r.choice([b"\r\n", b"\n", b" ", b"\r\n\r\n", b"\x00", b"\r"])
