"""The history of a run: one JSON object a line, in the order in which the test saw it."""

import hashlib
import json
import time


class History:
    """Takes records, and keeps them in a file and in memory."""

    def __init__(self, file):
        self.records = []
        self.file = file.open("w")
        self.began = time.monotonic()

    def now(self):
        """Seconds since the run began, on a clock that no fault moves."""
        return round(time.monotonic() - self.began, 6)

    def add(self, type, **fields):
        record = {"t": self.now(), "type": type, **fields}
        self.records.append(record)
        self.file.write(json.dumps(record, separators=(",", ":")) + "\n")
        return record

    def close(self):
        self.file.close()


def read(file):
    with file.open() as lines:
        return [json.loads(line) for line in lines]


def digest(event):
    """What an event says to its reader, as a short text that two readers can compare. `prev`
    differs between audiences, and is checked by itself."""
    told = {name: value for name, value in event.items() if name not in ("type", "prev")}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
