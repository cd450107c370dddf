"""Documents that break rules. Each says whether it is adopted all the same."""

import dataclasses

import bson

from support.old_portal import cast
from support.old_portal.styles import as_date

AT = 1_750_000_000_000
# Reads what a strict driver refuses: dates of any year, texts that are no UTF-8.
LENIENT = bson.CodecOptions(
    unicode_decode_error_handler="replace",
    datetime_conversion=bson.codec_options.DatetimeConversion.DATETIME_MS,
)


@dataclasses.dataclass(frozen=True)
class Broken:
    name: str
    raw: bytes  # one BSON document
    adopted: bool

    @property
    def id(self):
        return bson.decode(self.raw, LENIENT)["_id"]


def nested(depth):
    value = "the end"
    for level in range(depth):
        value = [value] if level % 2 else {"content": value}
    return value


def plain(name, **changed):
    """A ticket without fault, but for what is changed."""
    return {
        "_id": cast.object_id("broken", name),
        "title": name,
        "description": "All is well.",
        "status": "open",
        "priority": "normal",
        "category": "incident",
        "client": cast.CLIENT_MEMBERS[0].id,
        "createdAt": as_date(AT),
        "updatedAt": as_date(AT),
        **changed,
    }


def said(body="Hello", **changed):
    return {
        "content": body,
        "author": cast.CLIENT_MEMBERS[0].id,
        "role": "client",
        "internal": False,
        "createdAt": as_date(AT),
        **changed,
    }


def invalid_text(document, marker):
    """The document with a byte that UTF-8 does not have in place of the marker's first byte."""
    raw = bson.encode(document)
    assert raw.count(marker) == 1
    return raw.replace(marker, b"\xff" + marker[1:])


def broken_documents(messages=100_000, megabytes=15):
    """`messages`: how many the largest ticket has; `megabytes`: the words of another."""
    twin, nobody = cast.object_id("twin"), cast.object_id("nobody")
    same = cast.object_id("broken", "one id twice")
    largest = plain("largest", messages=[said(f"Message {n}") for n in range(messages)])
    documents = [
        (False, plain("status is an object", status={"status": {"status": "open"}})),
        (False, plain("status is a number", status=3)),
        (False, plain("unknown status", status="escaladé N3")),
        (False, plain("title is an array", title=["a", {"b": ["c"]}])),
        (False, plain("deep", messages=[said(nested(60))])),
        (False, plain("messages are a text", messages="hello")),
        (False, plain("messages are an object", messages={"0": said()})),
        (False, plain("a message is a number", messages=[said(), 7])),
        (False, plain("a message is null", messages=[None])),
        (False, plain("author is an array", messages=[said(author=[["x"]])])),
        (False, plain("history is a number", history=12)),
        (False, plain("year 0", createdAt=as_date(-62_167_219_200_000))),
        (False, plain("year 9999", createdAt=as_date(253_402_214_400_000))),
        (False, plain("year 9999 in a message", messages=[said(createdAt=as_date(253_402_214_400_000))])),
        (False, plain("largest date", createdAt=as_date(2**63 - 1))),
        (False, plain("date is not a number", createdAt=float("nan"))),
        (False, plain("date is a word", createdAt="yesterday")),
        (False, plain("text over 1 MiB", messages=[said("x" * (1024 * 1024 + 1))])),
        (False, plain("twin messages", messages=[said(_id=twin), said(_id=twin)])),
        (False, {**plain("id is an object"), "_id": {"a": 1}}),
        (False, {**plain("one id twice"), "_id": same}),
        (False, {**plain("one id twice, as a text"), "_id": str(same)}),
        (False, plain("a person in a person", client={"_id": {"_id": {"_id": "x"}}})),
        (False, plain("16 MiB without a place", blob="word " * 3_200_000)),
        (True, plain("megabytes", messages=[said("word " * 200_000)] * megabytes)),
        (True, plain("NUL", title="a\0b", messages=[said("c\0d")])),
        (True, plain("unknown client", client=nobody)),
        (True, plain("unknown people", assignedTo=nobody, watchers=[nobody], project=nobody,
                     messages=[said(author=nobody)],
                     history=[{"action": "assignedTo", "to": nobody, "by": nobody, "at": as_date(AT)}])),
        (True, plain("unknown author", messages=[said(author="gone@example.org")])),
        (True, plain("text of 1 MiB", messages=[said("é" * (512 * 1024))])),
        (True, plain("times go backwards", messages=[said(), said(createdAt=as_date(AT - 5000))])),
        (True, plain("unknown field", moodRing={"colour": "green"})),
        (True, largest),
    ]
    broken = [Broken(d["title"] if isinstance(d["title"], str) else "title is an array",
                     bson.encode(d), adopted) for adopted, d in documents]
    for name, field in [("UTF-8 in a title", "title"), ("UTF-8 in a message", "messages")]:
        marker = "Zmarker"
        value = marker if field == "title" else [said(marker)]
        document = {**plain(name), field: value}
        broken.append(Broken(name, invalid_text(document, marker.encode()), False))
    return broken


def insert(collection, broken):
    """Inserts the bytes as they are: the driver would refuse some."""
    raw = bson.raw_bson.RawBSONDocument
    for one in broken:
        collection.insert_one(raw(one.raw))
